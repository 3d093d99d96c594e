// Images to work from: uploaded, dropped as files, dragged from a picture of the page or named there.
import { $ } from "./dom.js";
import * as lab from "./lab.js";
import { pictureIn } from "./pictures.js";

const TYPE = "application/x-imagen-reference";

/**
 * Calls back with the s3:// address of each image that is to be worked from: one that is chosen or
 * dropped on the form, or one that is there already and to be edited.
 */
export function setUp(form, add, edit) {
  $("upload").addEventListener("change", async () => {
    await upload([...$("upload").files], add);
    $("upload").value = "";
  });
  document.addEventListener("click", ({ target }) => {
    if (target.matches(".edit")) edit(imageAt(target).s3Uri);
  });
  document.addEventListener("dragstart", ({ target, dataTransfer }) => {
    const image = imageAt(target);
    if (image) dataTransfer.setData(TYPE, image.s3Uri);
  });
  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.some((type) => type === TYPE || type === "Files")) return;
    event.preventDefault();
    form.classList.add("dropping");
  });
  form.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!form.contains(relatedTarget)) form.classList.remove("dropping");
  });
  form.addEventListener("drop", (event) => {
    form.classList.remove("dropping");
    const s3Uri = event.dataTransfer.getData(TYPE);
    if (!s3Uri && event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    if (s3Uri) add(s3Uri);
    else upload([...event.dataTransfer.files], add);
  });
}

const imageAt = (target) => pictureIn(target.closest?.(".frame"))?.image;

async function upload(files, add) {
  const others = files.filter(({ type }) => !type.startsWith("image/"));
  $("upload-why").textContent = others.length === 0 ? ""
    : `Not an image: ${others.map(({ name }) => name).join(", ")}`;
  for (const file of files.filter((each) => !others.includes(each))) {
    const { s3Uri } = await lab.upload(file);
    add(s3Uri);
  }
}
