/* The classic script: it loads by itself where it finds a configuration. */
import { api } from './api.js';

const script = document.currentScript;
if (script?.dataset.hedgerow || window.hedgerowConfig) api().load(null, script);
else api();
