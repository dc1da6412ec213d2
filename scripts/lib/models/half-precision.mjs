/**
 * The half-precision float (IEEE 754 binary16) that is nearest to a number, the even one of two.
 *
 * @param {number} number less than 65504 in size.
 * @returns {number} its 16 bits.
 */
export function halfOf(number) {
  const sign = number < 0 ? 0x8000 : 0;
  const size = Math.abs(number);
  // Below 2^-14 steps are as small as just above it.
  const exponent = Math.max(-14, exponentOf(size));
  const steps = roundToEven(size * 2 ** (10 - exponent));
  // A carry out of the fraction raises the exponent by itself.
  return sign | (steps < 1024 ? steps : ((exponent + 14) << 10) + steps);
}

/**
 * @param {number} bits of a half-precision float.
 * @returns {number}
 */
export function numberOfHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The whole number n with 2^n ≤ size < 2^(n + 1); exact, where a logarithm may be off by one. */
function exponentOf(size) {
  let exponent = -14;
  while (exponent < 15 && size >= 2 ** (exponent + 1)) exponent++;
  return exponent;
}

function roundToEven(number) {
  const below = Math.floor(number);
  const rest = number - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
