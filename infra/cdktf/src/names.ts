/** The names that follow from a deployment's own. */
interface Named {
  readonly project: string;
  readonly name: string;
}

export const bucketNameOf = ({ project, name }: Named, part: string): string =>
  `${project}-${name}-${part.toLowerCase()}`;
