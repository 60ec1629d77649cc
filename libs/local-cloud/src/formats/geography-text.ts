/** SQL for a geometry's well-known text in BigQuery's spelling: `POLYGON((0 0, 1 1, …))`. */
export const geographyText = (geometry: string): string =>
  `regexp_replace(CAST(${geometry} AS VARCHAR), '([A-Z]) \\(', '\\1(', 'g')`;

/** The same of any well-known text; geographies are kept in this form. */
export const canonicalGeography = (text: string): string =>
  geographyText(`CAST(${text} AS GEOMETRY)`);
