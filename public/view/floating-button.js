import { elementById } from './elements.js';

/** The button that leads to the camera goes away while the camera is in sight: it would only cover something. */
export function setUpFloatingButton() {
  const button = elementById('to-camera', HTMLAnchorElement);
  const observer = new IntersectionObserver((entries) => {
    const last = entries.at(-1);
    if (last !== undefined) button.classList.toggle('away', last.isIntersecting);
  });
  observer.observe(elementById('stage', HTMLElement));
}
