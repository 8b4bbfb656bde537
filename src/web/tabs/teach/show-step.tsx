import { OwnPictures } from '../../ui/add-pictures.js';
import { Annotator, placeOf } from '../../ui/annotator.js';
import { colourOf } from '../../ui/colours.js';
import { PictureCanvas } from '../../ui/picture-canvas.js';
import {
  addCards,
  addScenes,
  boxCount,
  cards,
  chosenCard,
  chosenClass,
  classes,
  draw,
  drawForMe,
  removeCard,
} from './teach-state.js';

/** The pictures to learn from, and the boxes on them. */
export function ShowStep() {
  const card = cards.value[chosenCard.value];
  return (
    <section class="card" aria-labelledby="show-title">
      <h2 id="show-title">
        <span class="number">1</span> Show it
      </h2>
      <ClassChips />
      {card ? (
        <Annotator
          key={card.picture.id}
          picture={card.picture}
          boxes={card.boxes}
          label={chosenClass.value}
          classes={classes.value}
          onChange={(boxes) => draw(chosenCard.value, boxes)}
        />
      ) : (
        <p class="empty">Drop or paste pictures anywhere on this page.</p>
      )}
      <ul class="strip" aria-label="Pictures to learn from">
        {cards.value.map(({ picture, boxes }, index) => (
          <li key={picture.id}>
            <button
              type="button"
              class="thumbnail"
              aria-pressed={index === chosenCard.value}
              aria-label={`${picture.name}, ${boxes.length} boxes`}
              onClick={() => {
                chosenCard.value = index;
              }}
            >
              <PictureCanvas picture={picture} label="" />
              {boxes.map(({ label, box }, i) => (
                <span
                  key={i}
                  class="mini"
                  style={{ ...placeOf(box, picture.width, picture.height), borderColor: colourOf(label) }}
                />
              ))}
            </button>
          </li>
        ))}
      </ul>
      <div class="buttons">
        <button type="button" onClick={addScenes}>
          Digit scenes
        </button>
        <OwnPictures onPictures={addCards} />
        {card && (
          <>
            <button
              type="button"
              onClick={() => {
                const { width, height } = card.picture;
                const box = { x0: width * 0.35, y0: height * 0.35, x1: width * 0.65, y1: height * 0.65 };
                draw(chosenCard.value, [...card.boxes, { label: chosenClass.value, box }]);
              }}
            >
              Add a box
            </button>
            <button type="button" disabled={card.boxes.length === 0} onClick={() => draw(chosenCard.value, [])}>
              Clear boxes
            </button>
            <button type="button" onClick={() => removeCard(chosenCard.value)}>
              Remove picture
            </button>
          </>
        )}
        {cards.value.some(({ picture }) => picture.truth) && (
          <button type="button" onClick={drawForMe}>
            Draw them for me
          </button>
        )}
      </div>
      <p class="hint">
        {boxCount.value} boxes on {cards.value.filter(({ boxes }) => boxes.length > 0).length} of {cards.value.length}{' '}
        pictures. Box every one that is in a picture: what is not boxed counts as something else.
      </p>
    </section>
  );
}

/** The names of the things; the chosen one is drawn. */
function ClassChips() {
  return (
    <fieldset class="chips">
      <legend class="visually-hidden">What the next box holds</legend>
      {classes.value.map((name, index) => (
        <span class="chip" key={index} style={{ '--chip': colourOf(index) }}>
          <input
            type="radio"
            name="class"
            aria-label={`Draw ${name}`}
            checked={index === chosenClass.value}
            onChange={() => {
              chosenClass.value = index;
            }}
          />
          <input
            type="text"
            aria-label={`Name of thing ${index + 1}`}
            value={name}
            size={Math.max(4, name.length)}
            onInput={(event) => {
              const { value } = event.currentTarget;
              classes.value = classes.value.map((old, i) => (i === index ? value : old));
            }}
          />
        </span>
      ))}
      <button
        type="button"
        class="quiet"
        onClick={() => {
          classes.value = [...classes.value, `thing ${classes.value.length + 1}`];
          chosenClass.value = classes.value.length - 1;
        }}
      >
        + another thing
      </button>
    </fieldset>
  );
}
