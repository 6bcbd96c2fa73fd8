package io.crius.daemon.cli.ctl.image;

import io.crius.client.SocketHttp;
import io.crius.client.SocketHttp.Reply;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.text.Humane;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/**
 * Draws how far a pull is, in one line of the terminal, until it is closed. The CRI has no call for that: the daemon is
 * asked over HTTP, and where another server does not answer nothing is drawn.
 */
final class Progress implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int BAR = 30;
    private static final int DIGITS = 3;
    private static final String EMPTY_LINE = "\r\033[K";

    private final SocketHttp server;
    private final String image;
    private final PrintStream screen;
    private final Thread thread = Thread.ofVirtual().name("progress").unstarted(this::run);
    private volatile boolean drawn;

    private Progress(SocketHttp server, String image, PrintStream screen) {
        this.server = server;
        this.image = image;
        this.screen = screen;
    }

    /** Begins to draw where there is a terminal. */
    static Progress of(Session session, String image) {
        var progress = new Progress(
                new SocketHttp(session.settings().image()),
                image,
                session.streams().err());
        if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()) {
            progress.thread.start();
        }
        return progress;
    }

    @Override
    public void close() {
        thread.interrupt();
        if (drawn) {
            screen.print(EMPTY_LINE);
            screen.flush();
        }
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                Reply reply = server.get("/pulls", "application/json");
                if (reply.status() != 200) {
                    return;
                }
                pull(reply.body()).ifPresent(this::draw);
            }
        } catch (IOException _) {
            // Not every server answers over HTTP; the pull itself says what goes wrong.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<JsonObject> pull(String body) {
        if (!(Json.parse(body) instanceof JsonArray pulls)) {
            return Optional.empty();
        }
        return pulls.items().stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .filter(pull -> pull.string("image").orElse("").contains(image))
                .findFirst();
    }

    private void draw(JsonObject pull) {
        drawn = true;
        screen.print(EMPTY_LINE + line(pull));
        screen.flush();
    }

    /** {@code [=====>     ] 12.3MB/45MB, 2/5 layers}. */
    static String line(JsonObject pull) {
        long received = pull.integer("received").orElse(0);
        long expected = pull.integer("expected").orElse(0);
        if (expected <= 0) {
            return pull.string("stage").orElse("");
        }
        int done = (int) (BAR * Math.min(received, expected) / expected);
        String bar = "=".repeat(done) + (done < BAR ? ">" + " ".repeat(BAR - done - 1) : "");
        return "[" + bar + "] " + Humane.size(received, DIGITS) + "/" + Humane.size(expected, DIGITS) + ", "
                + pull.integer("layersReady").orElse(0) + "/"
                + pull.integer("layersMissing").orElse(0) + " layers";
    }
}
