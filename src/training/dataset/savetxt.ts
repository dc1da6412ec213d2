/**
 * A number as NumPy's `savetxt` writes it by default, C's `%.18e`: 19 significant digits, correctly rounded with ties to
 * even, and an exponent of at least two digits.
 *
 * @param value finite.
 */
export function formatFloat(value: number): string {
  const [digits = '', exponent = ''] = roundedToEven(value).split('e');
  const sign = Object.is(value, -0) ? '-' : '';
  return `${sign}${digits}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`;
}

/**
 * One line of `data.txt` without its end: the features, then the class, blank-separated.
 *
 * @param features finite numbers.
 * @param label the class, counted from 0.
 */
export function formatRow(features: ArrayLike<number>, label: number): string {
  return [...Array.from(features, formatFloat), formatFloat(label)].join(' ');
}

/** `toExponential` rounds a value half-way between two spellings away from zero; C rounds it to the even digit. */
function roundedToEven(value: number): string {
  const spelled = value.toExponential(18);
  if (!/[13579]e/.test(spelled) || !isHalfWay(value)) return spelled;
  const exact = value.toExponential(19);
  const end = exact.indexOf('e') - 1;
  return exact.slice(0, end) + exact.slice(end + 1);
}

/** Whether the exact decimal expansion ends with a 5 in its twentieth significant digit. */
function isHalfWay(value: number): boolean {
  // A hundred digits are dear, three more than needed are not, and they settle nearly every case.
  return value.toExponential(21).includes('500e') && /^-?\d\.\d{18}50*e/.test(value.toExponential(100));
}
