{
  'variables': {
    # `node-gyp configure -- -Dsanitize=1` builds the same addon under AddressSanitizer and UndefinedBehaviorSanitizer.
    'sanitize%': 0,
    # By pkg-config's names; OpenCV's own file names every module that there is.
    'packages': '<!(node -p "require(\'./src/native/build.json\').packages.join(\' \')")',
  },
  'targets': [
    {
      'target_name': 'emochat',
      'sources': ['<!@(find src/native -name "*.cpp" | LC_ALL=C sort)'],
      'include_dirs': ['src/native', "<!(node -p \"require('node-addon-api').include_dir\")"],
      # The last: a worker thread that is being ended can be told nothing; without it that aborts the process.
      'defines': ['<!@(node -p "require(\'./src/native/build.json\').defines.join(\' \')")'],
      'cflags': ['-O3', '-Wall', '-Wextra', '-ffp-contract=off', '-fvisibility=hidden'],
      'cflags!': ['-fno-exceptions'],
      'cflags_cc!': ['-fno-exceptions', '-fno-rtti', '-std=gnu++17', '-std=gnu++20'],
      'cflags_cc': ['-std=c++20', '-fexceptions', '-frtti', '<!@(pkg-config --cflags-only-I opencv4 <(packages) | sed s/-I/-isystem/g)'],
      'libraries': [
        '<!@(pkg-config --libs <(packages))',
        '<!@(node -p "require(\'./src/native/build.json\').libraries.join(\' \')")',
      ],
      'conditions': [
        [
          'sanitize==1',
          {
            # More to debug with makes compiling three times as long.
            'cflags': ['-O1', '-g1', '-fno-omit-frame-pointer', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
            'ldflags': ['-fsanitize=address,undefined'],
          },
        ],
      ],
    },
  ],
}
