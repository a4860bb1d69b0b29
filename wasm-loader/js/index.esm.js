/* The ES module: nothing happens, and no global is touched, before a call. */
import { api } from './api.js';

export const load = (config) => api().load(config);
export const url = (path) => api().url(path);
export const consent = (given) => api().consent(given);
export const version = HEDGEROW_VERSION;
