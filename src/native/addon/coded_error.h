#pragma once

#include <string>

#include <napi.h>

namespace emochat {

/// An error of JavaScript's with a `code` to be told by.
inline Napi::Error CodedError(Napi::Env env, const std::string& code, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  return error;
}

}  // namespace emochat
