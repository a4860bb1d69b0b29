/*
 * Reads one object of the configuration field by field. A bad value costs that
 * value, not the widget: it is reported with its field and with what to write
 * instead, and the default is taken.
 */

const isText = (value) => value && typeof value == 'string';

/* What a field takes is also what the message says: a kind, a range, words. */
function fits(value, rule) {
  const [min, max] = rule.split('..');
  return rule == 'text'
    ? isText(value)
    : rule == 'list'
      ? Array.isArray(value)
      : rule == 'object'
        ? value && typeof value == rule && !Array.isArray(value)
        : rule[4] == 's'
          ? isText(value) && /^https?:\/\/[^?#]+$/.test(value)
          : rule[3] == '3'
            ? isText(value) && /^(\s*sha(256|384|512)-[\w+/]+=*)+\s*$/.test(value)
            : max
              ? typeof value == 'number' && value >= min && value <= max
              : rule == '' + value;
}

export const MS = '0..60000';
export const TIMEOUT = '100..60000';
export const TOTAL = '100..300000';
export const HEDGE = 'auto|' + MS;
export const TIER = '0|3|4';
export const STATES = 'active|drain|down';
export const U16 = '0..65535';
export const U32 = '0..4294967295';

/* `take(key, rule, fallback)` gives a field, `take.rest()` tells the unknown ones. */
export function reader(value, where, say) {
  const known = {};
  const take = (key, rule, fallback) => {
    known[key] = 1;
    const item = value[key];
    if (item == null) return fallback;
    if (rule.split('|').some((one) => fits(item, one))) return item;
    say(`${where}${key}: ${JSON.stringify(item)} ignored, write ${rule}`);
    return fallback;
  };
  take.rest = (tell = say) => {
    for (const key in value) if (!known[key]) tell(where + key + ': no such field, ignored');
  };
  if (!fits(value, 'object')) {
    say(`${where} ${JSON.stringify(value)} ignored, write {...}`);
    value = {};
  }
  return take;
}
