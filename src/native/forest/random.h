#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace emochat {

/// Mixes the bits of a number so that neighbours come out unrelated: the output function of SplitMix64
/// (Steele, Lea, Flood 2014).
constexpr std::uint64_t MixBits(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
  return bits ^ (bits >> 31U);
}

/// A seed of its own for each part of a job, so that parts can be done in any order, by any thread: the
/// `part`th number that SplitMix64 gives when it starts from the mixed seed.
constexpr std::uint64_t DerivedSeed(std::uint64_t seed, std::uint64_t part) {
  constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15U;
  return MixBits(MixBits(seed + kGolden) + (part + 1) * kGolden);
}

/// A stream of random numbers: xoshiro256** 1.0 (Blackman, Vigna 2018), its state filled by SplitMix64 as its
/// authors advise.
class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed) {
    for (std::size_t i = 0; i < state_.size(); ++i) state_[i] = DerivedSeed(seed, i);
  }

  /// 64 random bits.
  std::uint64_t Bits() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// A whole number in [0, below), each equally likely (Lemire 2019); `below` at least 1.
  std::uint32_t Below(std::uint32_t below) {
    std::uint64_t product = (Bits() >> 32U) * below;
    if (static_cast<std::uint32_t>(product) < below) {
      const std::uint32_t surplus = (0U - below) % below;
      while (static_cast<std::uint32_t>(product) < surplus) product = (Bits() >> 32U) * below;
    }
    return static_cast<std::uint32_t>(product >> 32U);
  }

  /// A number in (0, 1], a multiple of 2^-53.
  double Share() { return static_cast<double>((Bits() >> 11U) + 1) * 0x1.0p-53; }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace emochat
