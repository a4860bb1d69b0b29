// What a page does that has nothing but a script tag for its widget: start it when the tag has loaded.
// A load event does not bubble, but it can be captured, and this must stand before the tag.
document.addEventListener('load', ({ target }) => {
  if (target.dataset?.widget && window[target.dataset.widget]) window.shop.openChat();
}, true);
