/* What must run before the first download starts. Measured, never shipped. */
export { begin } from './boot.js';
