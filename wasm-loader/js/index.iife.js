/* The classic script: it loads by itself where it finds a configuration. */
import { api } from './api.js';

const script = document.currentScript;
const hedgerow = api();
if ((script?.dataset.hedgerow ?? window.hedgerowConfig) != null) hedgerow.load(null, script);
