#pragma once

#include <napi.h>

namespace emochat {

/// JavaScript's `compileFacemark(yaml, source)`: makes the compact form of OpenCV's YAML file on a thread of
/// libuv's. Gives a promise of its bytes; it is rejected with the code `MODEL_FILE_INVALID`.
Napi::Value CompileFacemarkFromJs(const Napi::CallbackInfo& info);

/// JavaScript's `readCompactSource(file)`: what a compact file says it was made of, or null if it is none.
Napi::Value ReadCompactSourceFromJs(const Napi::CallbackInfo& info);

}  // namespace emochat
