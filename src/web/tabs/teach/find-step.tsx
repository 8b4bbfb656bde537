import { useSignal } from '@preact/signals';
import { decodeFiles, OwnPictures } from '../../ui/add-pictures.js';
import { placeOf } from '../../ui/annotator.js';
import { colourOf } from '../../ui/colours.js';
import { percent, Slider, StageBars } from '../../ui/controls.js';
import { PictureCanvas } from '../../ui/picture-canvas.js';
import { sorted } from '../../ui/receive-files.js';
import {
  detections,
  detectorName,
  found,
  judge,
  judged,
  lookAtLast,
  minScore,
  overlap,
  progress,
  tried,
  tryScene,
} from './teach-state.js';

/** To two places, and never as -0.00. */
const hundredths = (value: number): string => (Math.round(value * 100) / 100 || 0).toFixed(2);

/** Pictures that it has not seen, and what it finds there. */
export function FindStep() {
  const windows = useSignal(false);
  const picture = tried.value;
  const all = found.value;
  /** Here a picture is one to look at, elsewhere on the tab one to learn from. */
  const onDrop = async (event: DragEvent): Promise<void> => {
    const pictures = sorted([...(event.dataTransfer?.files ?? [])]).pictures;
    if (!detectorName.value || pictures.length === 0) return;
    event.preventDefault();
    await lookAtLast(await decodeFiles(pictures));
  };
  return (
    <section class="card" aria-labelledby="find-title" onDrop={onDrop}>
      <h2 id="find-title">
        <span class="number">3</span> Find
      </h2>
      {!detectorName.value && <p class="empty">Train a detector, or open one; what it finds appears here.</p>}
      {picture && all && (
        <>
          <div class="annotator still" style={{ aspectRatio: `${picture.width} / ${picture.height}` }}>
            <PictureCanvas
              picture={picture}
              label={`${picture.name}: ${detections.value.length} found: ${detections.value.map(({ label, score }) => `${all.classes[label]} (${score.toFixed(2)})`).join(', ')}`}
            />
            {windows.value && <Windows />}
            {detections.value.map(({ label, score, box }) => (
              <span
                key={`${label} ${box.x0} ${box.y0}`}
                class="box"
                data-testid="detection"
                style={{ ...placeOf(box, picture.width, picture.height), borderColor: colourOf(label) }}
              >
                <span class="tag" style={{ background: colourOf(label) }}>
                  {all.classes[label]} {score.toFixed(2)}
                </span>
              </span>
            ))}
          </div>
          <Slider
            label="Score above"
            min={-1.5}
            max={2}
            step={0.05}
            value={minScore.value ?? Math.min(...all.thresholds)}
            show={(v) => (minScore.value === null && all.classes.length > 1 ? 'as trained' : hundredths(v))}
            onInput={(v) => {
              minScore.value = v;
            }}
          />
          <Slider
            label="Overlap allowed (NMS)"
            min={0}
            max={1}
            step={0.05}
            value={overlap.value}
            show={(v) => v.toFixed(2)}
            onInput={(v) => {
              overlap.value = v;
            }}
          />
          <label class="check">
            <input
              type="checkbox"
              checked={windows.value}
              onChange={(event) => {
                windows.value = event.currentTarget.checked;
              }}
            />{' '}
            show the {all.boxes.length / 4} windows that were looked at
          </label>
        </>
      )}
      {detectorName.value && (
        <div class="buttons">
          <button type="button" class="primary" onClick={tryScene}>
            Another scene
          </button>
          <OwnPictures onPictures={lookAtLast} />
          <button type="button" disabled={progress.value !== null} onClick={judge}>
            Judge on 12 new scenes
          </button>
        </div>
      )}
      {judged.value && (
        <p class="figure-line" data-testid="judged" data-map={judged.value.map}>
          Average precision {percent(judged.value.map)} on {judged.value.pictures} scenes that nothing was trained on
          {judged.value.classes.map(({ name, objects, found: right }) => ` · ${name}: ${right} of ${objects} found`)}
        </p>
      )}
      {all && <StageBars seconds={all.seconds} />}
    </section>
  );
}

/** Every window, the surer the stronger. */
function Windows() {
  const { boxes, scores, classes, width, height } = found.value!;
  const surest = (row: number): number =>
    scores
      .subarray(row * classes.length, (row + 1) * classes.length)
      .reduce((most, own) => (own > most ? own : most), -9);
  return (
    <svg class="windows" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {Array.from({ length: boxes.length / 4 }, (_, row) => {
        const [x0, y0, x1, y1] = boxes.subarray(row * 4, row * 4 + 4);
        const strength = 1 / (1 + Math.exp(-2 * surest(row) - 1));
        return <rect key={row} x={x0} y={y0} width={x1! - x0!} height={y1! - y0!} opacity={0.08 + 0.9 * strength} />;
      })}
    </svg>
  );
}
