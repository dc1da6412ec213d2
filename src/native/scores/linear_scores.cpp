#include "scores/linear_scores.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/parallel_for.h"
#include "scores/linear_scores_simd.h"

namespace emochat {
namespace {

/// A square matrix whose lower triangle counts, padded to whole panels.
class Matrix {
 public:
  explicit Matrix(std::size_t size) : size_(size), values_(size * size) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] double* data() { return values_.data(); }
  [[nodiscard]] double* row(std::size_t i) { return &values_[i * size_]; }
  [[nodiscard]] const double* row(std::size_t i) const { return &values_[i * size_]; }

 private:
  std::size_t size_;
  std::vector<double> values_;
};

/// Sums over the rows of one fold in one data set, or over several folds.
struct SetSums {
  /// What the rows weigh together.
  double weight = 0;
  /// Weighted sum of the numbers, and of the numbers times each class's target, `size` numbers each.
  std::vector<double> numbers;
  std::vector<std::vector<double>> by_target;
  /// Weighted sum of each class's target.
  std::vector<double> targets;

  SetSums(std::size_t size, std::size_t classes)
      : numbers(size), by_target(classes, std::vector<double>(size)), targets(classes) {}

  void Add(const SetSums& other) {
    const auto add = [](std::vector<double>& sum, const std::vector<double>& more) {
      std::ranges::transform(sum, more, sum.begin(), std::plus());
    };
    weight += other.weight;
    add(numbers, other.numbers);
    add(targets, other.targets);
    for (std::size_t label = 0; label < by_target.size(); ++label)
      add(by_target[label], other.by_target[label]);
  }
};

/// All that is to be known of the rows of one fold, or of several.
struct Moments {
  Matrix products;
  std::vector<SetSums> sets;

  Moments(std::size_t size, std::size_t set_count, std::size_t classes)
      : products(size), sets(set_count, SetSums(size, classes)) {}

  void Add(const Moments& other) {
    for (std::size_t i = 0; i < products.size(); ++i) {
      double* const sum = products.row(i);
      const double* const more = other.products.row(i);
      for (std::size_t j = 0; j <= i; ++j) sum[j] += more[j];
    }
    for (std::size_t set = 0; set < sets.size(); ++set) sets[set].Add(other.sets[set]);
  }
};

class ScoreLearner {
 public:
  ScoreLearner(const ScoreRows& rows, double ridge, std::size_t threads, ScoreProgress& progress)
      : rows_(rows),
        ridge_(ridge),
        threads_(threads),
        progress_(progress),
        size_((rows.columns + kPanel - 1) / kPanel * kPanel) {}

  LinearScores Learn() {
    Check();
    CountCells();
    // Few rows have a smaller matrix than their numbers.
    return rows_.rows <= rows_.columns / 2 ? LearnByRows() : LearnByNumbers();
  }

 private:
  void Check() const {
    const bool whole = rows_.numbers.size() == rows_.rows * rows_.columns &&
                       rows_.classes.size() == rows_.rows && rows_.folds.size() == rows_.rows &&
                       rows_.sets.size() == rows_.rows && rows_.rows > 0 && rows_.columns > 0 && ridge_ > 0;
    const auto below = [](std::span<const std::uint8_t> values, std::size_t limit) {
      return std::ranges::all_of(values, [&](std::uint8_t value) { return value < limit; });
    };
    if (!whole || !below(rows_.classes, rows_.class_count) || !below(rows_.folds, rows_.fold_count) ||
        !below(rows_.sets, rows_.set_weights.size())) {
      throw ScoresInputError("the rows of the linear scores do not fit together");
    }
    const bool weighty = std::ranges::all_of(rows_.set_weights, [](double weight) { return weight > 0; });
    const bool parted =
        std::ranges::any_of(rows_.folds, [&](std::uint8_t fold) { return fold != rows_.folds.front(); });
    if (!weighty || !parted) throw ScoresInputError("a fold leaves no rows to learn from");
  }

  /// By the products of numbers, summed up over the rows of each fold.
  LinearScores LearnByNumbers() {
    Moments all(size_, rows_.set_weights.size(), rows_.class_count);
    std::vector<Moments> folds;
    folds.reserve(rows_.fold_count);
    for (std::size_t fold = 0; fold < rows_.fold_count; ++fold) {
      folds.push_back(MomentsOf(fold));
      all.Add(folds.back());
    }
    LinearScores scores = Solve(all);
    scores.held_out.resize(rows_.rows * rows_.class_count);
    for (std::size_t fold = 0; fold < rows_.fold_count; ++fold) {
      Moments others(size_, rows_.set_weights.size(), rows_.class_count);
      for (std::size_t other = 0; other < rows_.fold_count; ++other) {
        if (other != fold) others.Add(folds[other]);
      }
      ScoreFold(Solve(others), fold, scores.held_out);
    }
    return scores;
  }

  /// By the products of rows (the dual form: Saunders, Gammerman and Vovk, ICML 1998), which gives the same.
  LinearScores LearnByRows() {
    products_.resize(rows_.rows * rows_.rows);
    ForBlocks(rows_.rows, [&](std::size_t i) {
      for (std::size_t j = 0; j <= i; ++j) {
        const std::uint8_t* const one = NumbersOf(i);
        const std::uint8_t* const other = NumbersOf(j);
        std::int64_t sum = 0;
        for (std::size_t k = 0; k < rows_.columns; ++k) sum += std::int64_t{one[k]} * other[k];
        products_[(i * rows_.rows) + j] = static_cast<double>(sum);
      }
    });
    LinearScores scores = SolveRows(rows_.fold_count);
    scores.held_out.resize(rows_.rows * rows_.class_count);
    for (std::size_t fold = 0; fold < rows_.fold_count; ++fold)
      ScoreFold(SolveRows(fold), fold, scores.held_out);
    return scores;
  }

  /// The rows that are not in a fold.
  struct LearntRows {
    std::vector<std::size_t> rows;
    /// The sums of each data set; their numbers are means.
    std::vector<SetSums> sets;
  };

  [[nodiscard]] LearntRows RowsWithout(std::size_t fold) const {
    LearntRows learnt;
    learnt.sets.assign(rows_.set_weights.size(), SetSums(rows_.columns, rows_.class_count));
    for (std::size_t row = 0; row < rows_.rows; ++row) {
      if (rows_.folds[row] == fold || heft_[Cell(row)] == 0) continue;
      AddSums({&row, 1}, Cell(row), learnt.sets[rows_.sets[row]]);
      learnt.rows.push_back(row);
    }
    for (SetSums& set : learnt.sets) {
      if (set.weight == 0) continue;
      for (double& number : set.numbers) number /= set.weight;
    }
    return learnt;
  }

  /// The products of centred and weighted rows with each other.
  [[nodiscard]] Matrix RowProducts(const LearntRows& learnt) const {
    const std::vector<std::size_t>& rows = learnt.rows;
    const std::vector<SetSums>& sets = learnt.sets;
    // What each row has in common with each mean, and the means with each other.
    std::vector<std::vector<double>> with_means(rows.size(), std::vector<double>(sets.size()));
    ForBlocks(rows.size(), [&](std::size_t i) {
      const std::uint8_t* const numbers = NumbersOf(rows[i]);
      for (std::size_t set = 0; set < sets.size(); ++set) {
        const std::vector<double>& mean = sets[set].numbers;
        for (std::size_t k = 0; k < mean.size(); ++k) with_means[i][set] += mean[k] * numbers[k];
      }
    });
    std::vector<std::vector<double>> means(sets.size());
    for (std::size_t one = 0; one < sets.size(); ++one) {
      const std::vector<double>& mean = sets[one].numbers;
      for (const SetSums& other : sets) {
        means[one].push_back(std::inner_product(mean.begin(), mean.end(), other.numbers.begin(), 0.0));
      }
    }
    Matrix matrix((rows.size() + kPanel - 1) / kPanel * kPanel);
    ForBlocks(matrix.size(), [&](std::size_t i) {
      double* const line = matrix.row(i);
      line[i] = ridge_;
      if (i >= rows.size()) return;
      const std::size_t set = rows_.sets[rows[i]];
      for (std::size_t j = 0; j <= i; ++j) {
        const std::size_t other = rows_.sets[rows[j]];
        const double product = products_[(rows[i] * rows_.rows) + rows[j]] - with_means[i][other] -
                               with_means[j][set] + means[set][other];
        line[j] += RootHeft(rows[i]) * RootHeft(rows[j]) * product;
      }
    });
    return matrix;
  }

  /// Learns from all rows that are not in a fold.
  LinearScores SolveRows(std::size_t without) {
    StopIfCancelled();
    const LearntRows learnt = RowsWithout(without);
    Matrix matrix = RowProducts(learnt);
    Factor(matrix);
    const SetSums& first = FirstPresent(learnt.sets);
    LinearScores scores;
    for (std::size_t score = 0; score < rows_.class_count; ++score) {
      const std::vector<double> weights = WeightsOf(learnt, matrix, score);
      const double at_mean = std::inner_product(weights.begin(), weights.end(), first.numbers.begin(), 0.0);
      scores.offsets.push_back((first.targets[score] / first.weight) - at_mean);
      scores.weights.insert(scores.weights.end(), weights.begin(), weights.end());
    }
    return scores;
  }

  /// `factor`: of the products of the rows.
  [[nodiscard]] std::vector<double> WeightsOf(const LearntRows& learnt, const Matrix& factor,
                                              std::size_t score) const {
    const std::vector<std::size_t>& rows = learnt.rows;
    const std::vector<SetSums>& sets = learnt.sets;
    std::vector<double> shares(factor.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const SetSums& set = sets[rows_.sets[rows[i]]];
      const double target = TargetOf(score, rows_.classes[rows[i]]);
      shares[i] = RootHeft(rows[i]) * (target - (set.targets[score] / set.weight));
    }
    SolveFactored(factor, shares);
    std::vector<double> weights(rows_.columns);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::uint8_t* const numbers = NumbersOf(rows[i]);
      const std::vector<double>& mean = sets[rows_.sets[rows[i]]].numbers;
      const double share = RootHeft(rows[i]) * shares[i];
      for (std::size_t k = 0; k < weights.size(); ++k) weights[k] += share * (numbers[k] - mean[k]);
    }
    return weights;
  }

  [[nodiscard]] const std::uint8_t* NumbersOf(std::size_t row) const {
    return &rows_.numbers[row * rows_.columns];
  }

  [[nodiscard]] double RootHeft(std::size_t row) const { return std::sqrt(heft_[Cell(row)]); }

  void StopIfCancelled() const {
    if (progress_.cancelled) throw ScoresCancelledError("cancelled");
  }

  /// The set that gives the offsets: the first that has rows.
  static const SetSums& FirstPresent(const std::vector<SetSums>& sets) {
    return *std::ranges::find_if(sets, [](const SetSums& set) { return set.weight > 0; });
  }

  /// Finds what a row of each class weighs in each data set.
  void CountCells() {
    const std::size_t sets = rows_.set_weights.size();
    std::vector<double> counts(sets * rows_.class_count);
    for (std::size_t row = 0; row < rows_.rows; ++row) ++counts[Cell(row)];
    heft_.assign(counts.size(), 0);
    for (std::size_t set = 0; set < sets; ++set) {
      const auto own = std::span(counts).subspan(set * rows_.class_count, rows_.class_count);
      const auto present = static_cast<double>(std::ranges::count_if(own, [](double n) { return n > 0; }));
      for (std::size_t label = 0; label < own.size(); ++label) {
        if (own[label] > 0)
          heft_[(set * own.size()) + label] = rows_.set_weights[set] / (present * own[label]);
      }
    }
  }

  [[nodiscard]] std::size_t Cell(std::size_t row) const {
    return (rows_.sets[row] * rows_.class_count) + rows_.classes[row];
  }

  [[nodiscard]] double TargetOf(std::size_t score, std::size_t label) const {
    return score == label ? 1 : -1 / (static_cast<double>(rows_.class_count) - 1);
  }

  Moments MomentsOf(std::size_t fold) {
    Moments moments(size_, rows_.set_weights.size(), rows_.class_count);
    std::vector<std::size_t> members;
    for (std::size_t cell = 0; cell < heft_.size(); ++cell) {
      members.clear();
      for (std::size_t row = 0; row < rows_.rows; ++row) {
        if (rows_.folds[row] == fold && Cell(row) == cell) members.push_back(row);
      }
      if (members.empty() || heft_[cell] == 0) continue;
      AddSums(members, cell, moments.sets[cell / rows_.class_count]);
      // So that no sum of products leaves 31 bits.
      constexpr std::size_t kMost = 32'768;
      for (std::size_t first = 0; first < members.size(); first += kMost) {
        const std::size_t count = std::min(kMost, members.size() - first);
        AddCellProducts(std::span(members).subspan(first, count), heft_[cell], moments.products);
      }
    }
    return moments;
  }

  void AddSums(std::span<const std::size_t> members, std::size_t cell, SetSums& sums) const {
    std::vector<std::uint64_t> totals(rows_.columns);
    for (const std::size_t row : members) {
      const std::uint8_t* const numbers = NumbersOf(row);
      for (std::size_t i = 0; i < rows_.columns; ++i) totals[i] += numbers[i];
    }
    const double heft = heft_[cell];
    const double weight = heft * static_cast<double>(members.size());
    const std::size_t label = cell % rows_.class_count;
    sums.weight += weight;
    for (std::size_t score = 0; score < rows_.class_count; ++score)
      sums.targets[score] += weight * TargetOf(score, label);
    for (std::size_t i = 0; i < rows_.columns; ++i) {
      const double number = heft * static_cast<double>(totals[i]);
      sums.numbers[i] += number;
      for (std::size_t score = 0; score < rows_.class_count; ++score)
        sums.by_target[score][i] += number * TargetOf(score, label);
    }
  }

  /// Adds the weighted products of some rows, tile by tile.
  void AddCellProducts(std::span<const std::size_t> members, double heft, Matrix& products) {
    constexpr std::size_t kTileRows = 512;
    sums_.assign(size_ * size_, 0);
    for (std::size_t first = 0; first < members.size(); first += kTileRows) {
      StopIfCancelled();
      const auto rows = members.subspan(first, std::min(kTileRows, members.size() - first));
      const std::size_t padded = (rows.size() + kTileUnit - 1) / kTileUnit * kTileUnit;
      tile_.assign(size_ * padded, 0);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::uint8_t* const numbers = NumbersOf(rows[i]);
        for (std::size_t column = 0; column < rows_.columns; ++column)
          tile_[(column * padded) + i] = numbers[column];
      }
      const ProductTile tile{.numbers = tile_.data(), .rows = padded, .columns = size_};
      ForBlocks(size_ / kProductBlock,
                [&](std::size_t block) { AddProducts(tile, block * kProductBlock, sums_.data()); });
    }
    ForBlocks(size_, [&](std::size_t i) {
      double* const out = products.row(i);
      const std::int32_t* const sums = &sums_[i * size_];
      for (std::size_t j = 0; j <= i; ++j) out[j] += heft * static_cast<double>(sums[j]);
    });
  }

  void ForBlocks(std::size_t count, const std::function<void(std::size_t)>& work) const {
    ParallelFor(threads_, count, [&] { return work; });
  }

  /// The weights that fit the rows of some folds; uses up their products.
  LinearScores Solve(Moments& moments) {
    Matrix& matrix = moments.products;
    ForBlocks(size_, [&](std::size_t i) {
      double* const row = matrix.row(i);
      for (const SetSums& set : moments.sets) {
        if (set.weight == 0) continue;
        const double mean = set.numbers[i] / set.weight;
        for (std::size_t j = 0; j <= i; ++j) row[j] -= mean * set.numbers[j];
      }
      row[i] += ridge_;
    });
    Factor(matrix);
    LinearScores scores;
    for (std::size_t score = 0; score < rows_.class_count; ++score) {
      std::vector<double> weights(size_);
      for (const SetSums& set : moments.sets) {
        if (set.weight == 0) continue;
        const double mean = set.targets[score] / set.weight;
        for (std::size_t i = 0; i < size_; ++i)
          weights[i] += set.by_target[score][i] - (mean * set.numbers[i]);
      }
      SolveFactored(matrix, weights);
      const SetSums& first = FirstPresent(moments.sets);
      const double at_mean = std::inner_product(weights.begin(), weights.end(), first.numbers.begin(), 0.0);
      scores.offsets.push_back((first.targets[score] - at_mean) / first.weight);
      scores.weights.insert(scores.weights.end(), weights.begin(),
                            weights.begin() + static_cast<std::ptrdiff_t>(rows_.columns));
    }
    return scores;
  }
  LinearScores Solve(Moments&& moments) { return Solve(moments); }

  /// The lower triangle L with L·Lᵀ the matrix (Cholesky), panel by panel.
  void Factor(Matrix& matrix) {
    const std::size_t size = matrix.size();
    turned_.resize(kPanel * size);
    for (std::size_t panel = 0; panel < size; panel += kPanel) {
      StopIfCancelled();
      FactorDiagonal(matrix, panel);
      ForBlocks(size - panel, [&](std::size_t below) {
        const std::size_t i = panel + below;
        double* const row = matrix.row(i) + panel;
        if (below >= kPanel) SolveRow(matrix, panel, row);
        for (std::size_t k = 0; k < kPanel; ++k) turned_[(k * size) + i] = row[k];
      });
      const FactorPanel done{.turned = turned_.data(), .columns = size};
      const std::size_t rest = panel + kPanel;
      ForBlocks((size - rest) / kMatrixBlock, [&](std::size_t block) {
        const std::size_t column = rest + (block * kMatrixBlock);
        SubtractPanel(done, column, column, matrix.data());
      });
    }
  }

  static void FactorDiagonal(Matrix& matrix, std::size_t panel) {
    for (std::size_t i = panel; i < panel + kPanel; ++i) {
      double* const row = matrix.row(i);
      for (std::size_t j = panel; j <= i; ++j) {
        const double* const other = matrix.row(j);
        double rest = row[j];
        for (std::size_t k = panel; k < j; ++k) rest -= row[k] * other[k];
        row[j] = i == j ? std::sqrt(rest) : rest / other[j];
      }
    }
  }

  static void SolveRow(const Matrix& matrix, std::size_t panel, double* row) {
    for (std::size_t j = 0; j < kPanel; ++j) {
      const double* const other = matrix.row(panel + j) + panel;
      double rest = row[j];
      for (std::size_t k = 0; k < j; ++k) rest -= row[k] * other[k];
      row[j] = rest / other[j];
    }
  }

  /// Solves L·Lᵀ·x = right in place.
  static void SolveFactored(const Matrix& factor, std::vector<double>& right) {
    const std::size_t size = factor.size();
    for (std::size_t i = 0; i < size; ++i) {
      const double* const row = factor.row(i);
      double rest = right[i];
      for (std::size_t k = 0; k < i; ++k) rest -= row[k] * right[k];
      right[i] = rest / row[i];
    }
    for (std::size_t i = size; i-- > 0;) {
      const double* const row = factor.row(i);
      right[i] /= row[i];
      for (std::size_t k = 0; k < i; ++k) right[k] -= row[k] * right[i];
    }
  }

  void ScoreFold(const LinearScores& scores, std::size_t fold, std::vector<double>& held_out) const {
    ForBlocks(rows_.rows, [&](std::size_t row) {
      if (rows_.folds[row] != fold) return;
      const std::uint8_t* const numbers = NumbersOf(row);
      for (std::size_t score = 0; score < rows_.class_count; ++score) {
        const double* const weights = &scores.weights[score * rows_.columns];
        double sum = scores.offsets[score];
        for (std::size_t i = 0; i < rows_.columns; ++i) sum += weights[i] * numbers[i];
        held_out[(row * rows_.class_count) + score] = sum;
      }
    });
  }

  const ScoreRows& rows_;
  double ridge_;
  std::size_t threads_;
  ScoreProgress& progress_;
  std::size_t size_;
  /// What a row of each class weighs, set by set.
  std::vector<double> heft_;
  std::vector<std::int32_t> sums_;
  std::vector<std::int16_t> tile_;
  std::vector<double> turned_;
  /// Of all rows with each other.
  std::vector<double> products_;
};

}  // namespace

LinearScores LearnScores(const ScoreRows& rows, double ridge, std::size_t threads, ScoreProgress& progress) {
  return ScoreLearner(rows, ridge, threads, progress).Learn();
}

}  // namespace emochat
