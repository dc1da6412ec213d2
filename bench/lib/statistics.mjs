/** The middle of some numbers; the mean of the middle two. NaN of none. */
export function median(values) {
  return quantile(values, 0.5);
}

/** The value below which a share of some numbers lies, interpolated. NaN of none. */
export function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return NaN;
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place - Math.floor(place));
}

/**
 * How much faster one contestant is than another over several pictures.
 *
 * @param {{ ours: number, theirs: number }[]} pictures times of each picture, medians over its rounds.
 * @returns medians over the pictures, and the median, least and greatest of the pictures' own ratios.
 */
export function compare(pictures) {
  const ratios = pictures.map(({ ours, theirs }) => theirs / ours);
  return {
    pictures: pictures.length,
    ours: median(pictures.map(({ ours }) => ours)),
    theirs: median(pictures.map(({ theirs }) => theirs)),
    ratio: median(ratios),
    least: Math.min(...ratios),
    greatest: Math.max(...ratios),
  };
}

/** The exponent b with which times grow as a · x^b: the slope of a straight line through the logarithms. */
export function growthExponent(points) {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)]);
  const meanX = logs.reduce((sum, [x]) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, [, y]) => sum + y, 0) / logs.length;
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
