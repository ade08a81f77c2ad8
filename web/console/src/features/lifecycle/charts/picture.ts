/** A drawn chart as a PNG file, twice as fine as on screen, on the background it stands on. */
const FINE = 2;

export async function savePicture(drawn: SVGSVGElement, name: string, background: string): Promise<void> {
  const { width, height } = drawn.getBoundingClientRect();
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * FINE), Math.round(height * FINE)];
  const paint = canvas.getContext("2d");
  if (!paint) return;
  paint.fillStyle = background;
  paint.fillRect(0, 0, canvas.width, canvas.height);
  paint.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const link = document.createElement("a");
  link.href = canvas.toDataURL("image/png");
  link.download = `${name.replaceAll(/[\\/:*?"<>|\s]+/g, " ").trim().slice(0, 60)}.png`;
  link.click();
}
