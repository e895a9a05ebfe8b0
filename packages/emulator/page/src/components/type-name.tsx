import { Fragment } from 'preact';

/** A type that may break after its dots, where a person would break it. Copied, it is the type and nothing else. */
export function TypeName({ name }: { name: string }) {
  const parts = name.split('.');
  return (
    <span>
      {parts.map((part, index) => (
        // The parts of a name never change their places.
        <Fragment key={index}>
          {part}
          {index < parts.length - 1 && (
            <>
              .<wbr />
            </>
          )}
        </Fragment>
      ))}
    </span>
  );
}
