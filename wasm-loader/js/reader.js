/*
 * Reads one object of the configuration by a table of its fields. A bad value
 * costs that value, not the widget: it is reported with its field and with what
 * to write instead, and the default is taken.
 */

export const BASE_URL = 'https://...';
export const INTEGRITY = 'sha384-...';
export const TIMEOUT = '100..60000';
export const TOTAL = '100..120000';
export const HEDGE = 'auto|0|20..60000';
export const TIER = '0|3|4';
export const STATES = 'active|drain|down';
export const U16 = '0..65535';
export const U32 = '0..4294967295';

/* What a field takes is also what the message says: a kind, a form, a range, words. */
function fits(value, rule) {
  const kind = Array.isArray(value) ? 'list' : typeof value;
  const [min, max] = rule.split('..');
  return kind == rule
    ? value
    : rule == BASE_URL
      ? kind == 'string' && /^https?:\/\/[^?#]+$/.test(value)
      : rule == INTEGRITY
        ? kind == 'string' && /^(\s*sha(256|384|512)-[\w+/]+=*)+\s*$/.test(value)
        : max
          ? // Only a share, which ends at 1, has fractions.
            kind == 'number' && value >= min && value <= max && (max < 2 || value % 1 == 0)
          : rule == '' + value;
}

/* As JSON has it; what JSON can't write (a BigInt, a circle) by its kind alone. */
export const text = (value) => {
  try {
    return JSON.stringify(value);
  } catch {
    return typeof value;
  }
};

/*
 * The fields of `table`, each of which has a rule and perhaps a default, or is
 * a table itself. Other fields are passed to `unknown`, as a message and a name.
 */
export const read = (value, where, say, table, unknown = say) => {
  const take = (item, name, rule, fallback) => {
    if (item == null) return fallback;
    if (rule.split('|').some((one) => fits(item, one))) return item;
    say(`${name}: ${text(item)} ignored, write ${rule}`);
    return fallback;
  };
  const fields = {};
  const given = take(value, where, 'object', {});
  const prefix = where && where + '.';
  for (const key in table) {
    const name = prefix + key;
    const item = given[key];
    const entry = table[key];
    fields[key] = entry.length
      ? take(item, name, ...entry)
      : read(item, name, say, entry, unknown);
  }
  for (const key in given)
    if (!table[key]) unknown(prefix + key + ': no such field, ignored', key, given);
  return fields;
};
