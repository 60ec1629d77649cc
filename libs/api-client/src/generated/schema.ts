/** Generated from apps/api/openapi.json by `npm run generate`; do not edit. */
export interface paths {
    "/api/v1/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Datasets of a project */
        get: operations["listDatasets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tables of a dataset */
        get: operations["listTables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tables/{dataset}/{table}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One table’s schema and size */
        get: operations["getTable"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tables/{dataset}/{table}/partitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Partitions of a table */
        get: operations["listPartitions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tables/{dataset}/{table}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** First rows of a table, free of charge; under row policies or masks by a query of at most 1 GiB */
        get: operations["previewTable"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an export would do and cost; runs nothing */
        post: operations["planExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Exports, newest first */
        get: operations["listExports"];
        put?: never;
        /** Starts an export */
        post: operations["startExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export/{id}/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bill of lading of a finished export */
        get: operations["getManifest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancels an export: its job, and what it has written */
        post: operations["cancelExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a failed export up again at the step that failed */
        post: operations["retryExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a finished export and its files */
        delete: operations["removeExport"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export-sets/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a set would do and cost, table by table; runs nothing */
        post: operations["planExportSet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export-sets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sets of exports, newest first */
        get: operations["listExportSets"];
        put?: never;
        /** Starts a set of exports */
        post: operations["startExportSet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export-sets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where a set and each of its tables stand */
        get: operations["getExportSet"];
        put?: never;
        post?: never;
        /** Removes a set that has ended, with its exports and their files */
        delete: operations["removeExportSet"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export-sets/{id}/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The manifest of manifests of a set that has ended */
        get: operations["getExportSetManifest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export-sets/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancels what has not ended yet */
        post: operations["cancelExportSet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export-sets/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes the tables up again that failed or were refused */
        post: operations["retryExportSet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where an export stands */
        get: operations["getExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Each change of an export as a server-sent event */
        get: operations["watchExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/download/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Files of a finished export with signed URLs */
        get: operations["listDownloads"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/download/{id}/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Redirects to one file’s signed URL */
        get: operations["downloadFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schemas/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** JSON Schema of a manifest */
        get: operations["getManifestSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/signing-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The key that manifests are signed with */
        get: operations["getSigningKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All files of a finished export as one streamed zip */
        get: operations["downloadArchive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/insights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Exports, bytes, durations, failures and latencies over time */
        get: operations["getInsights"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who you are and what you may do here */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-in-options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How to sign in from a command */
        get: operations["getSignInOptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Decisions and hand-overs, newest first
         * @description A page may hold fewer events than were asked for, even none, and still be followed by another: go on while there is a `nextPageToken`.
         */
        get: operations["listActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/activity/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The trail’s objects as they are stored, for `outhaul audit verify` */
        get: operations["readAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who may export what, when each last did, and how to take it away */
        get: operations["reviewAccess"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Field: {
            name: string;
            /** @enum {string} */
            type: "STRING" | "BYTES" | "INT64" | "FLOAT64" | "BOOL" | "NUMERIC" | "BIGNUMERIC" | "DATE" | "TIME" | "DATETIME" | "TIMESTAMP" | "INTERVAL" | "GEOGRAPHY" | "JSON" | "RANGE" | "STRUCT";
            /** @enum {string} */
            mode: "NULLABLE" | "REQUIRED" | "REPEATED";
            description?: string;
            fields?: components["schemas"]["Field"][];
            precision?: number;
            scale?: number;
            maxLength?: number;
            policyTags?: string[];
            /** @enum {string} */
            rangeElementType?: "STRING" | "BYTES" | "INT64" | "FLOAT64" | "BOOL" | "NUMERIC" | "BIGNUMERIC" | "DATE" | "TIME" | "DATETIME" | "TIMESTAMP" | "INTERVAL" | "GEOGRAPHY" | "JSON" | "RANGE" | "STRUCT";
        };
        TableRef: {
            project: string;
            dataset: string;
            table: string;
        };
        Dataset: {
            project: string;
            dataset: string;
            location?: string;
            description?: string;
            labels?: {
                [key: string]: string;
            };
        };
        DatasetPage: {
            items: components["schemas"]["Dataset"][];
            /** @description Pass it as `pageToken` for the next page. */
            nextPageToken?: string;
        };
        TableSummary: {
            ref: components["schemas"]["TableRef"];
            /** @enum {string} */
            kind: "table" | "view" | "materialized-view" | "external" | "snapshot";
            /** @description Milliseconds since 1970-01-01 UTC. */
            createdMs?: number;
            partitioned: boolean;
            labels?: {
                [key: string]: string;
            };
        };
        TablePage: {
            items: components["schemas"]["TableSummary"][];
            /** @description Pass it as `pageToken` for the next page. */
            nextPageToken?: string;
        };
        Table: {
            ref: components["schemas"]["TableRef"];
            /** @enum {string} */
            kind: "table" | "view" | "materialized-view" | "external" | "snapshot";
            fields: components["schemas"]["Field"][];
            location: string;
            description?: string;
            labels?: {
                [key: string]: string;
            };
            etag: string;
            /** @description Milliseconds since 1970-01-01 UTC. */
            createdMs: number;
            /** @description Milliseconds since 1970-01-01 UTC. */
            modifiedMs: number;
            /** @description Milliseconds since 1970-01-01 UTC. */
            expiresMs?: number;
            /** @description Absent for views and external tables. */
            rowCount?: number;
            /** @description Logical bytes. */
            sizeBytes?: number;
            hasStreamingBuffer: boolean;
            partitioning?: {
                column?: string;
                /** @enum {string} */
                unit: "HOUR" | "DAY" | "MONTH" | "YEAR" | "INTEGER";
                requireFilter: boolean;
            };
            clustering?: string[];
            viewSql?: string;
        };
        Partition: {
            id: string;
            rowCount: number;
            sizeBytes: number;
            /** @description Milliseconds since 1970-01-01 UTC. */
            modifiedMs: number;
        };
        PartitionPage: {
            items: components["schemas"]["Partition"][];
            /** @description Pass it as `pageToken` for the next page. */
            nextPageToken?: string;
        };
        Preview: {
            fields: components["schemas"]["Field"][];
            /** @description Cells in the fields’ order: text, null, lists, and objects by field name. */
            rows: unknown[][];
            /** @description Pass it as `pageToken` for the next page. */
            nextPageToken?: string;
        };
        ExportRequest: {
            source: {
                /** @constant */
                type: "table";
                /** @description The project that holds the table; default: the service’s. */
                project?: string;
                /** @description BigQuery dataset id. */
                dataset: string;
                /** @description BigQuery table, view or materialized view id. */
                table: string;
                /** @description One partition (`20260101`), a range of them (inclusive), or those changed since an instant. */
                partition?: string | {
                    from: string;
                    to: string;
                } | {
                    /**
                     * Format: date-time
                     * @description RFC 3339 instant.
                     */
                    changedSince: string;
                };
                /**
                 * Format: date-time
                 * @description Rows as of this instant, within the time travel window.
                 */
                asOf?: string;
            } | {
                /** @constant */
                type: "query";
                /** @description One GoogleSQL query. */
                sql: string;
            };
            /** @description The project whose BigQuery jobs these are; default: the service’s. */
            billingProject?: string;
            /** @enum {string} */
            format: "parquet" | "csv" | "jsonl" | "avro" | "xlsx";
            /**
             * @description Default: snappy for Parquet and Avro, none for CSV and JSONL.
             * @enum {string}
             */
            compression?: "none" | "gzip" | "snappy" | "zstd" | "deflate";
            csv?: {
                delimiter?: string;
                header?: boolean;
                /** @description Put an apostrophe before texts that a spreadsheet would run as a formula: those that begin with = + - @, a tab or a line break. A query then reads the table. */
                escapeFormulas?: boolean;
            };
            /** @description Default: all columns as they are. */
            columns?: {
                /** @description Column of the source; a nested field by its path, `customer.name`. */
                name: string;
                /** @description Its name in the files. */
                as?: string;
                /** @enum {string} */
                cast?: "STRING" | "INT64" | "FLOAT64" | "BOOL" | "NUMERIC" | "BIGNUMERIC" | "BYTES" | "DATE" | "TIME" | "DATETIME" | "TIMESTAMP";
                /** @description What stands in the file instead of the value. */
                mask?: {
                    /** @constant */
                    kind: "null";
                } | {
                    /** @constant */
                    kind: "constant";
                    value: string;
                } | {
                    /** @constant */
                    kind: "sha256";
                } | {
                    /** @constant */
                    kind: "keep-first";
                    count: number;
                } | {
                    /** @constant */
                    kind: "keep-last";
                    count: number;
                } | {
                    /** @constant */
                    kind: "date-to-month";
                } | {
                    /** @constant */
                    kind: "email-domain";
                };
            }[];
            filter?: {
                all: ({
                    column: string;
                    /** @enum {string} */
                    is: "=" | "!=" | "<" | "<=" | ">" | ">=";
                    value: string | number | boolean;
                } | {
                    column: string;
                    /** @enum {string} */
                    is: "null" | "not-null";
                } | {
                    column: string;
                    /** @enum {string} */
                    is: "in" | "not-in";
                    values: (string | number | boolean)[];
                } | {
                    column: string;
                    /** @constant */
                    is: "between";
                    from: string | number | boolean;
                    to: string | number | boolean;
                } | {
                    column: string;
                    /** @enum {string} */
                    is: "contains" | "starts-with" | "ends-with";
                    value: string;
                })[];
            } | {
                any: ({
                    column: string;
                    /** @enum {string} */
                    is: "=" | "!=" | "<" | "<=" | ">" | ">=";
                    value: string | number | boolean;
                } | {
                    column: string;
                    /** @enum {string} */
                    is: "null" | "not-null";
                } | {
                    column: string;
                    /** @enum {string} */
                    is: "in" | "not-in";
                    values: (string | number | boolean)[];
                } | {
                    column: string;
                    /** @constant */
                    is: "between";
                    from: string | number | boolean;
                    to: string | number | boolean;
                } | {
                    column: string;
                    /** @enum {string} */
                    is: "contains" | "starts-with" | "ends-with";
                    value: string;
                })[];
            } | {
                /** @description One GoogleSQL expression of type BOOL. */
                expression: string;
            };
            /** @description Turn nested columns into plain ones and repeated ones into JSON text. */
            flatten?: boolean;
            sample?: {
                percent: number;
            };
            orderBy?: {
                column: string;
                descending?: boolean;
            }[];
            limit?: number;
            /**
             * @description Many files as BigQuery writes them (default), or one of any size.
             * @enum {string}
             */
            shape?: "shards" | "single";
            /** @description Template: `{table}`, `{date}`, `{partition}`, `{part}`, `{of}`, and `/` for folders; without the ending. */
            fileName?: string;
            /** @description A folder for each partition, as Hive names it: `day=2026-01-01/`. */
            partitionPrefix?: boolean;
            /** @description CSV and JSONL: join BigQuery’s files to about this size. They cannot be made smaller than BigQuery writes them. */
            targetFileBytes?: number;
            /** @description XLSX: rows of one workbook; default as many as a sheet holds, 1,048,575. */
            rowsPerFile?: number;
            /** @description A files bucket of this service; default: its first. */
            bucket?: string;
            /**
             * @description Default: rows.
             * @enum {string}
             */
            verify?: "rows" | "fingerprint";
            retentionDays?: number;
            /** @description Refuse when the query would read more than this many bytes. */
            maxBytes?: number;
            /** @description Refuse when the query would cost more than this, in the plan’s currency. */
            maxCost?: number;
            /** @description A name for people. */
            label?: string;
        };
        Plan: {
            engine: {
                /** @enum {string} */
                kind: "extract" | "query";
                reason: string;
            };
            steps: ("extract" | "materialize" | "verify" | "compose" | "convert" | "seal")[];
            source: {
                table?: components["schemas"]["TableRef"];
                /** @description Every table that the query reads, as BigQuery’s dry run names them. */
                tables?: components["schemas"]["TableRef"][];
                location: string;
                billingProject: string;
                /** Format: date-time */
                asOf: string;
                /** @description Whether the rows are those of `asOf`; otherwise they are read when the jobs run. */
                pinned: boolean;
                partition?: string;
                etag?: string;
                rowCount?: number;
                sql?: string;
                /** @description The characters of `sql` whose place the `where` of a slice takes. */
                whereAt?: {
                    from: number;
                    to: number;
                };
                /** @description A query whose rows go to a temporary table first, which `sql` reads. */
                staged?: string;
                /** @description The rows of the partitions, as SQL. */
                where?: string;
                /** @description Table of the extract job, with decorators. */
                extractFrom?: components["schemas"]["TableRef"];
                /** @description One job each, when every partition has a folder of its own. */
                slices?: {
                    folder: string;
                    partition: string;
                    extractFrom?: components["schemas"]["TableRef"];
                    /** @description The condition for its rows: goes into `sql` at `whereAt`. */
                    where?: string;
                    /** @description Of exports of older versions. */
                    sql?: string;
                }[];
                /** @description Bound values of the SQL; told by `planExport` only, and not with a keyed mask. */
                parameters?: {
                    name: string;
                    type: string;
                    value: string | string[];
                }[];
            };
            files: {
                bucket: string;
                prefix: string;
                /** @description `*` is filled by BigQuery, `{part}` and `{of}` by Outhaul. */
                pattern: string;
                /** @enum {string} */
                namedBy: "bigquery" | "outhaul";
                /** @description Names as they will be: the first and the last. */
                examples: string[];
                /** @description How many files; BigQuery decides, so that often only the least is known. */
                expected: {
                    atLeast: number;
                    atMost?: number;
                };
                /** @description What BigQuery is asked to write. */
                written: {
                    /** @enum {string} */
                    format: "parquet" | "csv" | "jsonl" | "avro";
                    /** @enum {string} */
                    compression: "none" | "gzip" | "snappy" | "zstd" | "deflate";
                    header: boolean;
                };
                targetBytes?: number;
                /** @description Of workbooks. */
                rowsPerFile?: number;
                /** @description Days until the files are removed; absent: until somebody removes them. */
                retentionDays?: number;
                /** @enum {string} */
                format: "parquet" | "csv" | "jsonl" | "avro" | "xlsx";
                /** @enum {string} */
                compression: "none" | "gzip" | "snappy" | "zstd" | "deflate";
                /** @enum {string} */
                shape: "shards" | "single";
                header: boolean;
                delimiter: string;
                sourceBytes?: number;
            };
            cost: {
                free: boolean;
                billedBytes: number;
                amount: number;
                currency: string;
                explanation: string;
            };
            fields: components["schemas"]["Field"][];
            /** @enum {string} */
            verify: "rows" | "fingerprint";
            warnings: components["schemas"]["PlanWarning"][];
            maskedColumns: string[];
            /** @description Of the free extract quota, as far as this service knows; in a plan only. */
            quota?: {
                freeBytesPerDay: number;
                usedBytes: number;
                leftBytes: number;
                explanation: string;
            };
        };
        PlanWarning: {
            code: string;
            message: string;
            column?: string;
            fix?: string;
        };
        Step: {
            /** @enum {string} */
            kind: "extract" | "materialize" | "verify" | "compose" | "convert" | "seal";
            /** @enum {string} */
            state: "pending" | "running" | "waiting" | "done" | "failed";
            attempt: number;
            /** Format: date-time */
            startedAt?: string;
            /** Format: date-time */
            finishedAt?: string;
            job?: {
                project: string;
                location: string;
                id: string;
            };
            progress?: {
                rows?: number;
                files?: number;
                bytes?: number;
            };
            note?: string;
        };
        Outcome: {
            /** @constant */
            state: "succeeded";
            /** Format: date-time */
            at: string;
            rows: number;
            files: number;
            bytes: number;
        } | {
            /** @constant */
            state: "failed";
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            step: "extract" | "materialize" | "verify" | "compose" | "convert" | "seal";
            error: {
                /** @enum {string} */
                code: "request-invalid" | "column-not-found" | "type-unsupported" | "format-unsupported" | "sql-invalid" | "single-file-impossible" | "name-template-invalid" | "as-of-invalid" | "partition-not-found" | "limit-exceeded" | "location-mismatch" | "unauthenticated" | "permission-denied" | "dataset-not-found" | "table-not-found" | "bucket-not-found" | "export-not-found" | "file-not-found" | "state-conflict" | "record-conflict" | "idempotency-conflict" | "record-unreadable" | "quota-exceeded" | "upstream-unavailable" | "job-failed" | "job-lost" | "files-changed" | "verification-failed" | "internal";
                message: string;
                fix?: string;
                permission?: string;
                resource?: string;
            };
        } | {
            /** @constant */
            state: "cancelled";
            /** Format: date-time */
            at: string;
        };
        Export: {
            id: string;
            /** @enum {string} */
            state: "queued" | "running" | "waiting" | "cancelling" | "succeeded" | "failed" | "cancelled";
            owner: string;
            /** Format: date-time */
            createdAt: string;
            attempt: number;
            label?: string;
            /** @description The set of exports that it belongs to. */
            set?: string;
            request: components["schemas"]["ExportRequest"];
            plan: components["schemas"]["Plan"];
            steps: components["schemas"]["Step"][];
            /** Format: date-time */
            cancelRequestedAt?: string;
            /**
             * Format: date-time
             * @description When retention has removed its files.
             */
            filesRemovedAt?: string;
            outcome?: components["schemas"]["Outcome"];
        };
        ExportSummary: {
            id: string;
            owner: string;
            /** @enum {string} */
            state: "queued" | "running" | "waiting" | "cancelling" | "succeeded" | "failed" | "cancelled";
            /** Format: date-time */
            createdAt: string;
            /** @description `dataset.table`, or `query`. */
            source: string;
            format: string;
            label?: string;
            set?: string;
            /** Format: date-time */
            finishedAt?: string;
            rows?: number;
            files?: number;
            bytes?: number;
            errorCode?: string;
            billingProject?: string;
            /** @description What it took of the free extract quota. */
            extractBytes?: number;
            /** @description Datasets that its query reads, `project.dataset` with commas between. */
            reads?: string;
            /**
             * Format: date-time
             * @description When its files will be removed.
             */
            cleanAt?: string;
            /** Format: date-time */
            filesRemovedAt?: string;
        };
        ExportPage: {
            items: components["schemas"]["ExportSummary"][];
            /** @description Pass it as `pageToken` for the next page. */
            nextPageToken?: string;
        };
        DownloadFile: {
            /** @description Relative to the export. */
            name: string;
            sizeBytes: number;
            /** @description Base64 of the big-endian CRC32C. */
            crc32c: string;
            generation: string;
            /** @description Signed; good until `expiresAt` for whoever holds it. */
            url: string;
            /** Format: date-time */
            expiresAt: string;
        };
        Download: {
            id: string;
            files: components["schemas"]["DownloadFile"][];
        };
        Insights: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            intervalSeconds: number;
            exports: {
                started: number;
                succeeded: number;
                failed: number;
                cancelled: number;
                unfinished: number;
                rows: number;
                files: number;
                bytes: number;
                durationP50Ms?: number;
                durationP95Ms?: number;
            };
            intervals: {
                /**
                 * Format: date-time
                 * @description Its beginning; it lasts `intervalSeconds`.
                 */
                at: string;
                started: number;
                succeeded: number;
                failed: number;
                cancelled: number;
                /** @description Began in this interval and have not ended. */
                unfinished: number;
                rows: number;
                bytes: number;
                /** @description Of those that began here and succeeded. */
                durationP50Ms?: number;
                durationP95Ms?: number;
            }[];
            failures: {
                code: string;
                count: number;
                /** @description The newest that failed so. */
                lastExportId: string;
            }[];
            formats: {
                format: string;
                count: number;
                bytes: number;
            }[];
            owners: {
                owner: string;
                count: number;
                bytes: number;
            }[];
            requests: {
                all: {
                    count: number;
                    /** @description Answers with a status of 500 or more. */
                    errors: number;
                    p50Ms: number;
                    p95Ms: number;
                    p99Ms: number;
                };
                intervals: {
                    count: number;
                    /** @description Answers with a status of 500 or more. */
                    errors: number;
                    p50Ms: number;
                    p95Ms: number;
                    p99Ms: number;
                    /** Format: date-time */
                    at: string;
                }[];
                routes: {
                    count: number;
                    /** @description Answers with a status of 500 or more. */
                    errors: number;
                    p50Ms: number;
                    p95Ms: number;
                    p99Ms: number;
                    route: string;
                }[];
            };
            coverage: {
                exportsRead: number;
                /**
                 * Format: date-time
                 * @description Exports that began before this were not read.
                 */
                exportsSince: string;
                /** @description Whether all exports of the range were read. */
                exportsComplete: boolean;
                /**
                 * Format: date-time
                 * @description Requests are counted by the one instance that answers, since this instant.
                 */
                requestsSince: string;
                /** @description Percentiles of requests may be off by this share. */
                requestsPrecision: number;
            };
        };
        Manifest: {
            /** @constant */
            version: 1;
            exportId: string;
            /** Format: date-time */
            createdAt: string;
            owner: string;
            request: components["schemas"]["ExportRequest"];
            source: {
                /** @description `project.dataset.table` */
                table?: string;
                /** @description The query that was run; its values are bound. */
                sql?: string;
                /** @description Of the table’s metadata when the export was planned. */
                etag?: string;
                /** Format: date-time */
                asOf: string;
                /** @description Whether the rows are those of `asOf`; otherwise they were read when the export ran. */
                pinned: boolean;
                partition?: string;
                rows: number;
            };
            /** @enum {string} */
            engine: "extract" | "query";
            /** @description BigQuery’s jobs, `project:location.id`. */
            jobs: string[];
            format: string;
            compression: string;
            schema: components["schemas"]["Field"][];
            maskedColumns: string[];
            verified: {
                /** @enum {string} */
                how: "rows" | "fingerprint";
                sourceRows: number;
                fileRows: number;
                /** @description How the rows of the files were counted. */
                by: string;
                sourceFingerprint?: string;
                fileFingerprint?: string;
            };
            totals: {
                files: number;
                rows: number;
                sizeBytes: number;
            };
            files: {
                /** @description Relative to the manifest. */
                name: string;
                sizeBytes: number;
                /** @description Base64 of the big-endian CRC32C. */
                crc32c: string;
                generation: string;
                rows?: number;
            }[];
        };
        ExportSetRequest: {
            /** @description The project that holds the dataset; default: the service’s. */
            project?: string;
            /** @description All of its tables, or those of `pattern`. */
            dataset?: string;
            /** @description Names of tables in the dataset; `*` is any characters, `?` any one. */
            pattern?: string;
            /** @description Patterns of tables to leave out. */
            exclude?: string[];
            /** @description Default: tables and snapshots; views are queries, which are billed. */
            kinds?: ("table" | "view" | "materialized-view" | "external" | "snapshot")[];
            /** @description The tables by name, instead of `dataset`. */
            tables?: {
                /** @description Google Cloud project id, e.g. `my-project`. */
                project?: string;
                /** @description BigQuery dataset id. */
                dataset: string;
                /** @description BigQuery table, view or materialized view id. */
                table: string;
                /** @description One partition (`20260101`), a range of them (inclusive), or those changed since an instant. */
                partition?: string | {
                    from: string;
                    to: string;
                } | {
                    /**
                     * Format: date-time
                     * @description RFC 3339 instant.
                     */
                    changedSince: string;
                };
            }[];
            /**
             * Format: date-time
             * @description The instant of all tables; default: when the set is started.
             */
            asOf?: string;
            /** @description What is done with each table, as in an export’s request. */
            options: {
                /** @description The project whose BigQuery jobs these are; default: the service’s. */
                billingProject?: string;
                /** @enum {string} */
                format: "parquet" | "csv" | "jsonl" | "avro" | "xlsx";
                /**
                 * @description Default: snappy for Parquet and Avro, none for CSV and JSONL.
                 * @enum {string}
                 */
                compression?: "none" | "gzip" | "snappy" | "zstd" | "deflate";
                csv?: {
                    delimiter?: string;
                    header?: boolean;
                    /** @description Put an apostrophe before texts that a spreadsheet would run as a formula: those that begin with = + - @, a tab or a line break. A query then reads the table. */
                    escapeFormulas?: boolean;
                };
                /** @description Default: all columns as they are. */
                columns?: {
                    /** @description Column of the source; a nested field by its path, `customer.name`. */
                    name: string;
                    /** @description Its name in the files. */
                    as?: string;
                    /** @enum {string} */
                    cast?: "STRING" | "INT64" | "FLOAT64" | "BOOL" | "NUMERIC" | "BIGNUMERIC" | "BYTES" | "DATE" | "TIME" | "DATETIME" | "TIMESTAMP";
                    /** @description What stands in the file instead of the value. */
                    mask?: {
                        /** @constant */
                        kind: "null";
                    } | {
                        /** @constant */
                        kind: "constant";
                        value: string;
                    } | {
                        /** @constant */
                        kind: "sha256";
                    } | {
                        /** @constant */
                        kind: "keep-first";
                        count: number;
                    } | {
                        /** @constant */
                        kind: "keep-last";
                        count: number;
                    } | {
                        /** @constant */
                        kind: "date-to-month";
                    } | {
                        /** @constant */
                        kind: "email-domain";
                    };
                }[];
                filter?: {
                    all: ({
                        column: string;
                        /** @enum {string} */
                        is: "=" | "!=" | "<" | "<=" | ">" | ">=";
                        value: string | number | boolean;
                    } | {
                        column: string;
                        /** @enum {string} */
                        is: "null" | "not-null";
                    } | {
                        column: string;
                        /** @enum {string} */
                        is: "in" | "not-in";
                        values: (string | number | boolean)[];
                    } | {
                        column: string;
                        /** @constant */
                        is: "between";
                        from: string | number | boolean;
                        to: string | number | boolean;
                    } | {
                        column: string;
                        /** @enum {string} */
                        is: "contains" | "starts-with" | "ends-with";
                        value: string;
                    })[];
                } | {
                    any: ({
                        column: string;
                        /** @enum {string} */
                        is: "=" | "!=" | "<" | "<=" | ">" | ">=";
                        value: string | number | boolean;
                    } | {
                        column: string;
                        /** @enum {string} */
                        is: "null" | "not-null";
                    } | {
                        column: string;
                        /** @enum {string} */
                        is: "in" | "not-in";
                        values: (string | number | boolean)[];
                    } | {
                        column: string;
                        /** @constant */
                        is: "between";
                        from: string | number | boolean;
                        to: string | number | boolean;
                    } | {
                        column: string;
                        /** @enum {string} */
                        is: "contains" | "starts-with" | "ends-with";
                        value: string;
                    })[];
                } | {
                    /** @description One GoogleSQL expression of type BOOL. */
                    expression: string;
                };
                /** @description Turn nested columns into plain ones and repeated ones into JSON text. */
                flatten?: boolean;
                sample?: {
                    percent: number;
                };
                orderBy?: {
                    column: string;
                    descending?: boolean;
                }[];
                limit?: number;
                /**
                 * @description Many files as BigQuery writes them (default), or one of any size.
                 * @enum {string}
                 */
                shape?: "shards" | "single";
                /** @description Template: `{table}`, `{date}`, `{partition}`, `{part}`, `{of}`, and `/` for folders; without the ending. */
                fileName?: string;
                /** @description A folder for each partition, as Hive names it: `day=2026-01-01/`. */
                partitionPrefix?: boolean;
                /** @description CSV and JSONL: join BigQuery’s files to about this size. They cannot be made smaller than BigQuery writes them. */
                targetFileBytes?: number;
                /** @description XLSX: rows of one workbook; default as many as a sheet holds, 1,048,575. */
                rowsPerFile?: number;
                /** @description A files bucket of this service; default: its first. */
                bucket?: string;
                /**
                 * @description Default: rows.
                 * @enum {string}
                 */
                verify?: "rows" | "fingerprint";
                retentionDays?: number;
                /** @description Refuse when the query would read more than this many bytes. */
                maxBytes?: number;
                /** @description Refuse when the query would cost more than this, in the plan’s currency. */
                maxCost?: number;
                /** @description A name for people. */
                label?: string;
            };
            /** @description How many tables are exported at a time. By default up to 100 are started, and BigQuery queues what it cannot run yet. */
            concurrency?: number;
            /** @description Refuse when all queries together would read more. */
            maxBytes?: number;
            /** @description Refuse when all together would cost more. */
            maxCost?: number;
            /** @description A name for people. */
            label?: string;
        };
        ExportSetPlan: {
            /** Format: date-time */
            asOf: string;
            tables: components["schemas"]["PlannedMember"][];
            cost: {
                billedBytes: number;
                amount: number;
                currency: string;
            };
            /** @description How many tables cannot be exported as asked. */
            refused: number;
        };
        PlannedMember: {
            table: components["schemas"]["TableRef"];
            engine?: {
                /** @enum {string} */
                kind: "extract" | "query";
                reason: string;
            };
            cost?: {
                free: boolean;
                billedBytes: number;
                amount: number;
                currency: string;
                explanation: string;
            };
            rowCount?: number;
            sourceBytes?: number;
            warnings?: components["schemas"]["PlanWarning"][];
            error?: {
                /** @enum {string} */
                code: "request-invalid" | "column-not-found" | "type-unsupported" | "format-unsupported" | "sql-invalid" | "single-file-impossible" | "name-template-invalid" | "as-of-invalid" | "partition-not-found" | "limit-exceeded" | "location-mismatch" | "unauthenticated" | "permission-denied" | "dataset-not-found" | "table-not-found" | "bucket-not-found" | "export-not-found" | "file-not-found" | "state-conflict" | "record-conflict" | "idempotency-conflict" | "record-unreadable" | "quota-exceeded" | "upstream-unavailable" | "job-failed" | "job-lost" | "files-changed" | "verification-failed" | "internal";
                message: string;
                fix?: string;
                permission?: string;
                resource?: string;
            };
        };
        ExportSet: {
            id: string;
            /** @enum {string} */
            state: "queued" | "running" | "waiting" | "cancelling" | "succeeded" | "partial" | "failed" | "cancelled";
            owner: string;
            /** Format: date-time */
            createdAt: string;
            label?: string;
            request: components["schemas"]["ExportSetRequest"];
            /**
             * Format: date-time
             * @description The instant of all tables that have a past.
             */
            asOf: string;
            totals: {
                tables: number;
                succeeded: number;
                /** @description Failed and refused ones. */
                failed: number;
                rows: number;
                files: number;
                bytes: number;
            };
            tables: components["schemas"]["SetMember"][];
            /** @description Why it waits. */
            note?: string;
            /** Format: date-time */
            cancelRequestedAt?: string;
            outcome?: {
                /** @enum {string} */
                state: "succeeded" | "partial" | "failed" | "cancelled";
                /** Format: date-time */
                at: string;
            };
        };
        SetMember: {
            table: components["schemas"]["TableRef"];
            /** @enum {string} */
            kind?: "table" | "view" | "materialized-view" | "external" | "snapshot";
            /** @description Its export, once it is `running`. */
            exportId: string;
            /** @enum {string} */
            state: "pending" | "running" | "succeeded" | "failed" | "cancelled" | "refused";
            rows?: number;
            files?: number;
            bytes?: number;
            error?: {
                /** @enum {string} */
                code: "request-invalid" | "column-not-found" | "type-unsupported" | "format-unsupported" | "sql-invalid" | "single-file-impossible" | "name-template-invalid" | "as-of-invalid" | "partition-not-found" | "limit-exceeded" | "location-mismatch" | "unauthenticated" | "permission-denied" | "dataset-not-found" | "table-not-found" | "bucket-not-found" | "export-not-found" | "file-not-found" | "state-conflict" | "record-conflict" | "idempotency-conflict" | "record-unreadable" | "quota-exceeded" | "upstream-unavailable" | "job-failed" | "job-lost" | "files-changed" | "verification-failed" | "internal";
                message: string;
                fix?: string;
                permission?: string;
                resource?: string;
            };
        };
        ExportSetSummary: {
            id: string;
            owner: string;
            /** @enum {string} */
            state: "queued" | "running" | "waiting" | "cancelling" | "succeeded" | "partial" | "failed" | "cancelled";
            /** Format: date-time */
            createdAt: string;
            /** @description `dataset`, `dataset.pattern`, or the number of tables. */
            source: string;
            format: string;
            label?: string;
            /** Format: date-time */
            finishedAt?: string;
            tables: number;
            succeeded: number;
            /** @description Failed and refused ones. */
            failed: number;
            rows: number;
            files: number;
            bytes: number;
        };
        ExportSetPage: {
            items: components["schemas"]["ExportSetSummary"][];
            /** @description Pass it as `pageToken` for the next page. */
            nextPageToken?: string;
        };
        ExportSetManifest: {
            /** @constant */
            version: 1;
            exportSetId: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            asOf: string;
            totals: {
                tables: number;
                succeeded: number;
                /** @description Failed and refused ones. */
                failed: number;
                rows: number;
                files: number;
                bytes: number;
            };
            tables: {
                table: string;
                /** @enum {string} */
                state: "pending" | "running" | "succeeded" | "failed" | "cancelled" | "refused";
                exportId: string;
                /** @description `gs://` address of the export’s own manifest. */
                manifest?: string;
                manifestCrc32c?: string;
                /** @description SHA-256 of its text, in hexadecimal digits. */
                manifestSha256?: string;
                /** @description Whether the rows are those of the set’s instant. */
                pinned?: boolean;
                rows?: number;
                files?: number;
                sizeBytes?: number;
                error?: {
                    /** @enum {string} */
                    code: "request-invalid" | "column-not-found" | "type-unsupported" | "format-unsupported" | "sql-invalid" | "single-file-impossible" | "name-template-invalid" | "as-of-invalid" | "partition-not-found" | "limit-exceeded" | "location-mismatch" | "unauthenticated" | "permission-denied" | "dataset-not-found" | "table-not-found" | "bucket-not-found" | "export-not-found" | "file-not-found" | "state-conflict" | "record-conflict" | "idempotency-conflict" | "record-unreadable" | "quota-exceeded" | "upstream-unavailable" | "job-failed" | "job-lost" | "files-changed" | "verification-failed" | "internal";
                    message: string;
                    fix?: string;
                    permission?: string;
                    resource?: string;
                };
            }[];
        };
        Me: {
            email: string;
            name?: string;
            /**
             * @description Absent for those whom IAM gives no part in the files bucket.
             * @enum {string}
             */
            role?: "viewer" | "exporter" | "admin";
            permissions: string[];
            /**
             * Format: date-time
             * @description When the sign-in or access token ends.
             */
            expiresAt?: string;
        };
        SignInOptions: {
            /**
             * @description `service-account` = no sign-in: everyone acts as the service.
             * @enum {string}
             */
            auth: "google" | "service-account";
            /**
             * Format: uri
             * @description The OpenID provider. Absent = no sign-in by a command.
             */
            issuer?: string;
            clientId?: string;
            /** @description Of a desktop app: not confidential. */
            clientSecret?: string;
            scopes?: string;
        };
        SigningKey: {
            /** @description SHA-256 of the public key in DER, as `sha256:` and hex; signatures name it. */
            keyId: string;
            /** @constant */
            algorithm: "ed25519";
            /** @description SubjectPublicKeyInfo in PEM. */
            publicKey: string;
        };
        AccessGrant: {
            resource: {
                /** @constant */
                kind: "project";
                project: string;
            } | {
                /** @constant */
                kind: "dataset";
                project: string;
                dataset: string;
            } | {
                /** @constant */
                kind: "bucket";
                bucket: string;
            };
            role: string;
            /** @description As IAM writes it: `user:a@example.com`, `group:…`. */
            member: string;
            condition?: string;
            gives: ("read data" | "run jobs" | "write files" | "see exports" | "administer" | "serve exports" | "unknown")[];
            /**
             * Format: date-time
             * @description Absent: never, or the member is a group or the service itself.
             */
            lastExportAt?: string;
            /** @description No export for 90 days. Absent for groups, domains, everybody, and the service itself. */
            unused?: boolean;
            /** @description The command that takes the grant away. */
            removeBy: string;
        };
        AccessReview: {
            grants: components["schemas"]["AccessGrant"][];
            /** @description Resources whose policy you may not read. */
            unread: ({
                /** @constant */
                kind: "project";
                project: string;
            } | {
                /** @constant */
                kind: "dataset";
                project: string;
                dataset: string;
            } | {
                /** @constant */
                kind: "bucket";
                bucket: string;
            })[];
        };
        ActivityEvent: {
            /** Format: date-time */
            at: string;
            /** @description E-mail address, or `anonymous`. */
            who: string;
            /** @description `export.start` and the like, or the route. */
            action: string;
            /** @enum {string} */
            decision: "allow" | "deny";
            /**
             * @description What came of a permission: `pending` before something is destroyed, `done` or `failed` after it.
             * @enum {string}
             */
            outcome?: "pending" | "done" | "failed";
            /** @description Error code of a denial or a failure; `connection-closed` when the caller did not wait for the response. */
            reason?: string;
            permission?: string;
            exportId?: string;
            /** @description Of a set’s own events, and of the exports that it has begun. */
            exportSetId?: string;
            table?: string;
            /** @description Every table that was read, in queries, expressions and views too; at most 100. */
            tables?: string[];
            /** @description At most the first hundred. */
            columns?: string[];
            masked?: string[];
            isFiltered?: boolean;
            /** @description Absent = all of them. */
            files?: string[];
            rows?: number;
            bytes?: number;
            destination?: string;
            address?: string;
            requestId?: string;
        };
        ActivityPage: {
            items: components["schemas"]["ActivityEvent"][];
            /** @description Pass it as `pageToken` for the next page. */
            nextPageToken?: string;
        };
        AuditLogPage: {
            items: {
                name: string;
                text: string;
            }[];
            /** @description Pass it as `pageToken` for the next page. */
            nextPageToken?: string;
        };
        /** @description RFC 9457 problem document. */
        Problem: {
            type: string;
            title: string;
            status: number;
            /** @description Stable; safe to compare. */
            code: string;
            /** @description What is wrong, for a person. */
            detail: string;
            /** @description The exact command or change that mends it. */
            fix?: string;
            permission?: string;
            resource?: string;
            faults?: {
                field: string;
                message: string;
            }[];
            requestId: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listDatasets: {
        parameters: {
            query?: {
                /** @description Default: the service’s own project. */
                project?: string;
                pageSize?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The datasets you may see. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetPage"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTables: {
        parameters: {
            query: {
                /** @description Default: the service’s own project. */
                project?: string;
                dataset: string;
                pageSize?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its tables and views. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TablePage"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTable: {
        parameters: {
            query?: {
                /** @description Default: the service’s own project. */
                project?: string;
            };
            header?: never;
            path: {
                dataset: string;
                table: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The table. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Table"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPartitions: {
        parameters: {
            query?: {
                /** @description Default: the service’s own project. */
                project?: string;
            };
            header?: never;
            path: {
                dataset: string;
                table: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its partitions, newest first; none for a table without partitions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartitionPage"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewTable: {
        parameters: {
            query?: {
                /** @description Default: the service’s own project. */
                project?: string;
                /** @description Default: 50. */
                maxRows?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                dataset: string;
                table: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Rows in the order BigQuery gives them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    planExport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExportRequest"];
            };
        };
        responses: {
            /** @description The plan. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listExports: {
        parameters: {
            query?: {
                /** @description `me` (default) or, for admins, an e-mail address or `all`. */
                owner?: string;
                state?: "queued" | "running" | "waiting" | "cancelling" | "succeeded" | "failed" | "cancelled";
                /** @description Only the exports of this set. */
                set?: string;
                /** @description Part of source, label, owner or id. */
                search?: string;
                pageSize?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportPage"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startExport: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeats with the same key answer the same export. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExportRequest"];
            };
        };
        responses: {
            /** @description It has begun; `Location` names its status. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getManifest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Source, jobs, files and what was verified. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Manifest"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is being cancelled. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It runs again. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    planExportSet: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExportSetRequest"];
            };
        };
        responses: {
            /** @description The plan; a table that cannot be exported bears its error. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportSetPlan"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listExportSets: {
        parameters: {
            query?: {
                /** @description `me` (default) or, for admins, an e-mail address or `all`. */
                owner?: string;
                state?: "queued" | "running" | "waiting" | "cancelling" | "succeeded" | "partial" | "failed" | "cancelled";
                /** @description Part of source, label, owner or id. */
                search?: string;
                pageSize?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportSetPage"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startExportSet: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeats with the same key answer the same set. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExportSetRequest"];
            };
        };
        responses: {
            /** @description It has begun; `Location` names it. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportSet"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExportSet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its state, figures and tables. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportSet"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeExportSet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExportSetManifest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Which table’s files lie where. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportSetManifest"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelExportSet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is being cancelled. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportSet"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryExportSet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It runs again. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportSet"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its state, plan and steps. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watchExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description A stream of events.
             *
             *     Events `status` with an Export as data; the stream ends when the export has ended. Resumable by `Last-Event-ID`.
             */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDownloads: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All its files, the manifest among them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Download"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file’s signed URL is in `Location`. */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getManifestSchema: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description JSON Schema 2020-12. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    getSigningKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The public key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigningKey"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadArchive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description The archive.
             *
             *     Files are stored uncompressed and each is checked against its CRC32C while it is sent; when one is wrong the connection is broken off.
             */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInsights: {
        parameters: {
            query?: {
                range?: "hour" | "day" | "week" | "month";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the records and this instance know of the range. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Insights"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description You. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSignInOptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The provider and the client, where there is one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInOptions"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listActivity: {
        parameters: {
            query?: {
                /** @description E-mail address, or `anonymous`. */
                who?: string;
                /** @description Whole, or its beginning up to a dot or space: `export` finds `export.start`. */
                action?: string;
                decision?: "allow" | "deny";
                /** @description Id of an export or a set. */
                export?: string;
                from?: string;
                to?: string;
                pageSize?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActivityPage"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readAuditLog: {
        parameters: {
            query?: {
                pageSize?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Batches of events, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditLogPage"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reviewAccess: {
        parameters: {
            query?: {
                /** @description Default: the service’s own project. */
                project?: string;
                /** @description Default: json. */
                format?: "json" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Grants on the project, its datasets and the files buckets. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReview"];
                    "text/csv": string;
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
