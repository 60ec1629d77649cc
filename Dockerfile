# Builds the one image of both services. Base images are pinned by digest; .github/dependabot.yml keeps them fresh.
FROM node:24-bookworm-slim@sha256:ba849c60be29959425b8734d57b8b4b7d56f98edd9504c9af091d5281095a71e AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY apps/cli/package.json apps/cli/
RUN npm ci
COPY . .
ARG VERSION=
RUN OUTHAUL_VERSION="$VERSION" npm run build -- api web \
  && node apps/api/stage-image.mjs /image

# No shell and no package manager; nothing but Node, the bundle and the console's files.
FROM gcr.io/distroless/nodejs24-debian12:nonroot@sha256:14d42e2511532589a7c7e01a753667a74fcc96266e137e8125006b87b0c32d0a
WORKDIR /app
COPY --from=build --chown=root:root /image/ ./
ENV NODE_ENV=production OUTHAUL_HOST=0.0.0.0 OUTHAUL_CONSOLE_DIR=/app/console MALLOC_ARENA_MAX=1
USER 65532:65532
EXPOSE 8080
# The entry point of the base image is node. Nothing is written: the root may be read-only. One arena for malloc and the
# two flags keep the memory close to what is in use, so that 2,000 watchers fit into 200 MiB (`npm run bench load`).
CMD ["--max-semi-space-size=4", "--heap-growing-percent=35", "main.mjs"]
