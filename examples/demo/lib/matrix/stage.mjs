// What all cells of a run share: the test authority, the browser and the two
// page servers, one for http and one for https.

import { openBrowser } from '../browsers/index.mjs';
import { createCa } from '../ca.mjs';
import { PageServer } from '../page.mjs';

const HOSTS = ['www.localhost', 'cdn1.localhost', 'cdn2.localhost'];

export async function openStage({ browser: name, loader }) {
  const ca = await createCa();
  try {
    const browser = await openBrowser(name, { ca, hosts: HOSTS });
    const [pages, securePages] = await Promise.all([
      PageServer.start({ loader }),
      PageServer.start({ loader, tls: { ca } }),
    ]);
    return {
      ca,
      loader,
      pages,
      securePages,
      browser,
      async close() {
        await browser.close();
        await Promise.all([pages.close(), securePages.close()]);
        await ca.dispose();
      },
    };
  } catch (error) {
    await ca.dispose();
    throw error;
  }
}
