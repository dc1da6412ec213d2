#pragma once

#include <napi.h>

namespace emochat {

/// JavaScript's class `Engine`, whose objects `openEngine` makes.
Napi::Function DefineEngine(Napi::Env env);

/// JavaScript's `openEngine(options)`: reads the model files and starts the lanes on a thread of libuv's.
///
/// Gives a promise of an `Engine`; it is rejected with the code `MODEL_FILE_INVALID` or `LANES_UNAVAILABLE`.
Napi::Value OpenEngineFromJs(const Napi::CallbackInfo& info, Napi::FunctionReference& constructor);

}  // namespace emochat
