const Sequencer = require('@jest/test-sequencer').default;

/** The longest specs start first: without a cache of times Jest sorts by size, and the browser would run alone at the end. */
const longest = ['browser/console', 'engine/fault-schedules', 'engine/crash-points'];
const rank = ({ path }) => {
  const at = longest.findIndex((name) => path.endsWith(`${name}.spec.ts`));
  return at < 0 ? longest.length : at;
};

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
