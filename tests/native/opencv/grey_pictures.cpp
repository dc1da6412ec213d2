// Writes pictures as OpenCV's imread and cvtColor make them grey.
//
// usage: grey_pictures PICTURE...
//
// Prints for each picture its width and height (32 bits each), then its pixels, row by row.

#include <cstdint>
#include <cstdio>
#include <exception>

#include "../../support/native/files.h"

int main(int argc, char** argv) {
  try {
    for (int i = 1; i < argc; ++i) {
      const cv::Mat grey = support::ReadGrey(argv[i]);
      for (const std::int32_t size : {grey.cols, grey.rows}) std::fwrite(&size, sizeof(size), 1, stdout);
      for (int y = 0; y < grey.rows; ++y)
        std::fwrite(grey.ptr(y), 1, static_cast<std::size_t>(grey.cols), stdout);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
