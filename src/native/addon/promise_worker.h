#pragma once

#include <exception>
#include <string>

#include <napi.h>

#include "addon/coded_error.h"
#include "base/errors.h"

namespace emochat {

/// Work on a thread of libuv's that settles a promise. Subclasses do it in `Work` and make the value in
/// `Value`.
class PromiseWorker : public Napi::AsyncWorker {
 public:
  explicit PromiseWorker(Napi::Env env) : Napi::AsyncWorker(env), deferred_(env) {}

  Napi::Promise Start() {
    Queue();
    return deferred_.Promise();
  }

 protected:
  virtual void Work() = 0;
  virtual Napi::Value Value(Napi::Env env) = 0;

 private:
  void Execute() final {
    try {
      Work();
    } catch (const ModelFileError& error) {
      code_ = "MODEL_FILE_INVALID";
      SetError(error.what());
    } catch (const LaneError& error) {
      code_ = "LANES_UNAVAILABLE";
      SetError(error.what());
    } catch (const std::exception& error) {
      SetError(error.what());
    }
  }
  void OnOK() final {
    try {
      deferred_.Resolve(Value(Env()));
    } catch (const Napi::Error& error) {
      deferred_.Reject(error.Value());
    }
  }
  void OnError(const Napi::Error& error) final {
    deferred_.Reject(CodedError(Env(), code_, error.Message()).Value());
  }

  Napi::Promise::Deferred deferred_;
  std::string code_ = "INTERNAL";
};

}  // namespace emochat
