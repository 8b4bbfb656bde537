const EXTENSION = /[^/\\]\.(?:jpg|jpeg|jpe|jfif|png)$/iu;

/** Whether a file is taken for a picture by its name; what it really is is seen when it is decoded. */
export function isPictureName(name: string): boolean {
  return EXTENSION.test(name);
}
