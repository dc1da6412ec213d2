if (location.protocol === 'file:') {
  document.getElementById('opened-as-file')?.removeAttribute('hidden');
}
