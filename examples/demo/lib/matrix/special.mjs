// All cells that are no point of the fault matrix.

import { assetCells } from './special/assets.mjs';
import { bootCells } from './special/boot.mjs';
import { configCells } from './special/config.mjs';
import { endingCells } from './special/ending.mjs';
import { memoryCells } from './special/memory.mjs';
import { policyCells } from './special/policy.mjs';
import { refreshCells } from './special/refresh.mjs';
import { sharingCells } from './special/sharing.mjs';
import { snippetCells } from './special/snippet.mjs';
import { surgeCells } from './special/surge.mjs';

export function specialCells() {
  return [...endingCells, ...assetCells, ...sharingCells, ...bootCells, ...snippetCells, ...memoryCells, ...configCells, ...surgeCells, ...refreshCells, ...policyCells];
}
