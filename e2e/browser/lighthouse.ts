import { type ConsoleUnderTest } from './console-under-test.js';
import { runLighthouse } from './run-lighthouse.js';

/** What Lighthouse says that does not depend on how busy the machine is. */
export function describeLighthouse(the: () => ConsoleUnderTest): void {
  it.each(['/catalog/samples', '/catalog/samples/flights', '/compose?table=samples.flights'])(
    'gives %s all points for accessibility and best practices',
    async (path) => {
      const { token } = await the().person('exporter');
      const { scores, lost } = await runLighthouse(
        { url: the().url + path, token, folder: the().folder },
        ['accessibility', 'best-practices'],
      );
      expect([scores, lost]).toEqual([{ accessibility: 100, 'best-practices': 100 }, []]);
    },
  );
}
