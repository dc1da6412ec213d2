{
  'variables': {
    # `node-gyp configure -- -Dsanitize=1` builds the same addon under AddressSanitizer and UndefinedBehaviorSanitizer.
    'sanitize%': 0,
  },
  'targets': [
    {
      'target_name': 'emochat',
      'sources': [
        'src/native/binding.cpp',
        'src/native/cascade_detector.cpp',
        'src/native/cascade_file.cpp',
        'src/native/cascade_model.cpp',
        'src/native/cascade_simd.cpp',
        'src/native/decode_jpeg.cpp',
        'src/native/decode_png.cpp',
        'src/native/decode_webp.cpp',
        'src/native/engine.cpp',
        'src/native/face_detector.cpp',
        'src/native/facemark_compact.cpp',
        'src/native/facemark_fit.cpp',
        'src/native/facemark_simd.cpp',
        'src/native/facemark_yaml.cpp',
        'src/native/forest_binding.cpp',
        'src/native/forest_grower.cpp',
        'src/native/forest_order.cpp',
        'src/native/forest_parallel.cpp',
        'src/native/forest_ranks.cpp',
        'src/native/forest_simd.cpp',
        'src/native/forest_tree.cpp',
        'src/native/frame_pipeline.cpp',
        'src/native/grey_simd.cpp',
        'src/native/image_decode.cpp',
        'src/native/image_header.cpp',
        'src/native/image_pyramid.cpp',
        'src/native/level_searcher.cpp',
        'src/native/mapped_file.cpp',
        'src/native/packed_cascade.cpp',
        'src/native/resize_simd.cpp',
        'src/native/window_groups.cpp',
      ],
      'include_dirs': ['src/native', "<!(node -p \"require('node-addon-api').include_dir\")"],
      # The last: a worker thread that is being ended can be told nothing; without it that aborts the process.
      'defines': ['NAPI_VERSION=8', 'NAPI_CPP_EXCEPTIONS', 'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS'],
      'cflags': ['-O3', '-Wall', '-Wextra', '-ffp-contract=off', '-fvisibility=hidden'],
      'cflags!': ['-fno-exceptions'],
      'cflags_cc!': ['-fno-exceptions', '-fno-rtti', '-std=gnu++17', '-std=gnu++20'],
      'cflags_cc': ['-std=c++20', '-fexceptions', '-frtti', '<!@(pkg-config --cflags-only-I opencv4 libjpeg libpng libwebp pugixml | sed s/-I/-isystem/g)'],
      'libraries': [
        '<!@(pkg-config --libs libjpeg libpng libwebp pugixml)',
        '-lhwy',
        '-lopencv_objdetect',
        '-lopencv_imgproc',
        '-lopencv_core',
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
