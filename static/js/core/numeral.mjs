// Numbers as the server writes them: three significant digits, a true minus sign, a power of ten where it helps.

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const [SMALLEST, LARGEST] = [1e-3, 1e4];
/** Below this power of ten one divides in two steps: the power itself may be as good as 0. */
const FAR = -300;

/** One number in a line of text: 0.366, −12.3, 1.2×10⁻⁵; a dash where there is none. */
export function numeral(value, digits = 3) {
  if (value === null || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const power = size === 0 || (size >= SMALLEST && size < LARGEST) ? 0 : Math.floor(Math.log10(size));
  const mantissa = power < FAR ? (value * 10 ** -FAR) / 10 ** (power - FAR) : value / 10 ** power;
  const rounded = Number(Math.abs(mantissa).toPrecision(digits));
  const most = rounded ? Math.max(0, digits - 1 - Math.floor(Math.log10(rounded))) : 0;
  const text = Math.abs(mantissa).toFixed(exact(Math.abs(mantissa), most));
  const signed = mantissa < 0 && Number(text) ? `−${text}` : text;
  return power ? `${signed}×10${superscript(power)}` : signed;
}

/** How many decimals a number needs, at most `most`. */
function exact(value, most) {
  for (let places = 0; places < most; places += 1) {
    if (Math.abs(Number(value.toFixed(places)) - value) <= 1e-9 * value) return places;
  }
  return most;
}

/** A whole number as an exponent. */
export function superscript(power) {
  return String(power).replace("-", "⁻").replace(/\d/g, (digit) => RAISED[digit]);
}

/** A share in words: 36 %, less than 1 %. */
export function percent(share) {
  if (share > 0 && share < 0.01) return "less than 1 %";
  return `${Math.round(100 * share)} %`;
}

const NAMED = [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]];
const [PERCENT, TIMES, NAMELESS] = [0.01, 9.95, 14.97];

/** What is left of a whole, as the server says it: 16 %, 1 in 1,300, 12 times; "∞" where it is no finite number. */
export function shareWords(share) {
  if (share === null || !Number.isFinite(share)) return "∞";
  if (share <= 0) return "nothing";
  if (share >= TIMES) return `${counted(Math.log10(share))} times`;
  if (share >= PERCENT) return `${Number((100 * share).toPrecision(2))} %`;
  return `1 in ${counted(-Math.log10(share))}`;
}

/** The number of a power of ten with two significant digits: 39, 2,100, 1.3 billion, 10¹⁸. */
function counted(power) {
  if (power >= NAMELESS) return `10${superscript(Math.round(power))}`;
  const number = Number((10 ** power).toPrecision(2));
  const [by, name] = NAMED.find(([least]) => number >= least) ?? [1, ""];
  return `${new Intl.NumberFormat("en-US").format(number / by)}${name && ` ${name}`}`;
}
