export default function Page() {
  return (
    <main>
      <h1>Fatture in Cloud webhooks</h1>
      <p>
        This app takes notifications at <code>/webhooks/fic</code>, and writes what it was told to its log.
      </p>
    </main>
  );
}
