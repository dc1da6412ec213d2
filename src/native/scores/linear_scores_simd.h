#pragma once

#include <cstddef>
#include <cstdint>

namespace emochat {

/// Matrices have a multiple of so many columns.
inline constexpr std::size_t kMatrixBlock = 16;
/// Columns that are factored at once.
inline constexpr std::size_t kPanel = 64;
/// Features whose products are added up at once; divides kMatrixBlock.
inline constexpr std::size_t kProductBlock = 4;
/// Rows of a tile come in multiples of so many.
inline constexpr std::size_t kTileUnit = 32;

/// Rows turned round: the numbers of a feature lie side by side.
struct ProductTile {
  /// `rows` numbers a feature, in [0, 255].
  const std::int16_t* numbers;
  /// A multiple of kTileUnit, at most 32,768.
  std::size_t rows;
  std::size_t columns;
};

/// Adds Σ x_i · x_j over a tile's rows to `sums[i * columns + j]`, for the features i from `first` on,
/// kProductBlock of them, and all j up to the last of those. The sums must fit into 31 bits. Uses the widest
/// vectors that this processor has; whole numbers, so all of them give the same.
void AddProducts(const ProductTile& tile, std::size_t first, std::int32_t* sums);

/// One panel of a Cholesky factor, turned round: `columns` numbers for each of its kPanel columns.
struct FactorPanel {
  const double* turned;
  std::size_t columns;
};

/// Takes the panel's part from kMatrixBlock columns of a matrix from `column` on, in the rows from `row` to
/// its last: `matrix[i][j] -= Σ_k panel[k][i] · panel[k][j]`, k ascending, nothing fused, so that all
/// instruction sets give the same.
void SubtractPanel(const FactorPanel& panel, std::size_t row, std::size_t column, double* matrix);

}  // namespace emochat
