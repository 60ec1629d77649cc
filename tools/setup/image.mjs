import { Stopped } from './shell.mjs';

/** The image by its digest: the one that was named, or one that Cloud Build makes of this checkout, for linux/amd64. */
export function obtainImage(shell, { config, settings, given, version }) {
  if (given) return given;
  if (!/sha256:0{64}$/.test(settings.image)) return settings.image;
  const location = config.imagesLocation ?? config.region;
  const tag = `${location}-docker.pkg.dev/${config.project}/${config.name}/outhaul:${version}`;
  const digestOf = () =>
    shell.read('gcloud', [
      'artifacts',
      'docker',
      'images',
      'describe',
      tag,
      `--project=${config.project}`,
      '--format=value(image_summary.digest)',
    ]);
  let digest = digestOf();
  if (!digest) {
    shell.change('gcloud', [
      'builds',
      'submit',
      `--project=${config.project}`,
      `--tag=${tag}`,
      '--timeout=1800s',
      '.',
    ]);
    digest = digestOf();
  }
  if (shell.dryRun) return settings.image;
  if (!/^sha256:[0-9a-f]{64}$/.test(digest ?? ''))
    throw new Stopped(`${tag} was built, but its digest cannot be read.`);
  return `${tag.slice(0, tag.lastIndexOf(':'))}@${digest}`;
}
