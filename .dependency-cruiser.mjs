/** Which room may not know of which: the arrows of ARCHITECTURE.md, and no circle anywhere. */
const rooms = {
  '^src/common/': '^src/(vision|emotion|training|server|cli)/',
  '^src/vision/': '^src/(emotion|training|server|cli)/',
  '^src/vision/addon/': '^src/vision/(vision|model-files|webcam)',
  '^src/vision/model-files/transfer/': '^src/vision/model-files/(?!transfer/|errors|digest|catalog)[^/]',
  '^src/emotion/': '^src/(training|server|cli)/',
  '^src/emotion/transforms/': '^src/emotion/(?!transforms/|face-row)[^/]',
  '^src/training/': '^src/(server|cli)/',
  '^src/training/dataset/': '^src/training/(growing|measuring)/',
  '^src/training/measuring/': '^src/training/growing/',
  '^src/training/growing/(engines|learning)/': '^src/training/growing/[^/]+$',
  '^src/server/': '^src/(training|cli)/',
  '^src/server/(plugins|schemas|reading)/': '^src/server/routes/',
  '^src/cli/(settings|setup|report|texts)/': '^src/cli/commands/',
  '^src/': '^(bench|fuzz|public|scripts|tests)/',
  '^scripts/(?!bench\\.)': '^(bench|fuzz|tests)/',
  '^scripts/lib/': '^scripts/[^/]+$',
  '^public/(state|server|text)/': '^public/(?!state/|server/|text/)',
  '^public/(session|live|still)/': '^public/(view|keep)/',
  '^public/keep/': '^public/(live|still)/',
};

export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Whoever reads one file of a circle must read them all.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...Object.entries(rooms).map(([room, above]) => ({
      name: `one-way ${room.replace(/[\^$]/g, '')}`,
      comment: 'See «Rooms» in ARCHITECTURE.md.',
      severity: 'error',
      from: { path: room },
      to: { path: above },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|build|node_modules|\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.check.json' },
  },
};
