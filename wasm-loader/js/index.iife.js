/* The classic script: it loads by itself where it finds a configuration. */
import { api } from './api.js';

const script = document.currentScript;
const hedgerow = api();
if (script?.dataset.hedgerow != null || window.hedgerowConfig) hedgerow.load(null, script);
