// The shop's own script: what a site writes to put a chat widget on its page. The widget's file comes
// later, from a CDN, by whichever loader the page uses; `shop.openChat` is the `init` it calls.
(() => {
  const ANSWERS = [
    [/how many|metre|meter|long/i, 'Five plants a metre in two staggered rows makes a thick hedge. For ten metres that is 50 plants; we send 52.'],
    [/when|season|plant/i, 'Any time from November to March while the ground is not frozen. Soak the roots for an hour first.'],
    [/bird|wild/i, 'Hawthorn and dog rose together: blossom in May, berries until February. Blackbirds will thank you.'],
    [/deliver|ship|order/i, 'Orders before noon are lifted the same day and arrive within two days.'],
  ];
  const OTHERWISE = 'Good question. Tell me how long the hedge is to be and how windy the place is, and I will suggest a mix.';

  const FONT = 'Inter, system-ui, sans-serif';

  const answer = (text) => (ANSWERS.find(([pattern]) => pattern.test(text)) ?? [null, OTHERWISE])[1];

  function styled(chat, dark) {
    const paper = dark ? '#161a16' : '#fbfaf6';
    const ink = dark ? '#e8ebe3' : '#20261f';
    const field = dark ? '#222822' : '#ffffff';
    const line = dark ? '#39423a' : '#dcd9cd';
    Object.assign(chat, {
      chatStyle: { width: '100%', height: '236px', backgroundColor: paper, fontFamily: FONT, fontSize: '14px' },
      messageStyles: {
        default: {
          shared: { bubble: { maxWidth: '84%', padding: '8px 11px', borderRadius: '10px', lineHeight: '1.4' } },
          ai: { bubble: { backgroundColor: dark ? '#263027' : '#e9eee0', color: ink } },
          user: { bubble: { backgroundColor: '#2f6b45', color: '#fff' } },
        },
      },
      inputAreaStyle: { backgroundColor: paper },
      textInput: {
        styles: { container: { backgroundColor: field, color: ink, border: `1px solid ${line}`, boxShadow: 'none', borderRadius: '9px' }, text: { padding: '9px 36px 9px 12px' } },
        placeholder: { text: 'Ask about hedges', style: { color: dark ? '#a0a89b' : '#767c70' } },
      },
    });
  }

  /** A chat element that never asks another host for a font, which it does unless it is born with one. */
  function newChat() {
    const inert = document.createElement('template').content.ownerDocument;
    const chat = document.adoptNode(inert.createElement('deep-chat'));
    chat.style.fontFamily = FONT;
    customElements.upgrade(chat);
    return chat;
  }

  function openChat() {
    if (document.querySelector('.chat')) return;
    const box = document.createElement('section');
    box.className = 'chat';
    box.setAttribute('aria-label', 'Chat with a gardener');
    const title = document.createElement('header');
    title.textContent = 'Ask a gardener';
    const close = document.createElement('button');
    close.type = 'button';
    close.textContent = 'Close';
    close.addEventListener('click', () => box.classList.add('closed'));
    title.append(close);

    const chat = newChat();
    styled(chat, matchMedia('(prefers-color-scheme: dark)').matches);
    chat.history = [{ role: 'ai', text: 'Hello! Planning a hedge? Ask me how many plants it takes, or when to plant.' }];
    chat.demo = { response: (message) => ({ text: answer(message.text ?? '') }) };
    chat.onMessage = ({ message, isHistory }) => {
      // An open chat must go on while new sessions are suppressed: the loader's `session` looks here.
      if (!isHistory && message.role === 'user') keepSession();
    };
    chat.onComponentRender = () => {
      chat.onComponentRender = undefined;
      requestAnimationFrame(() => performance.mark('shop:chat-visible'));
    };
    box.append(title, chat);
    const place = () => document.body.append(box);
    if (document.body) place();
    else addEventListener('DOMContentLoaded', place, { once: true });
  }

  function keepSession() {
    try {
      localStorage.setItem('shop-chat', 'open');
    } catch {
      // Storage is closed to this page: the chat works, it only won't survive a surge.
    }
  }

  window.shop = { openChat };
})();
