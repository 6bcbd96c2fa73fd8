package io.crius.daemon.cli.ctl.node;

import io.crius.client.SocketHttp;
import io.crius.client.SocketHttp.Reply;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Format;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.ctl.session.Settings;
import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code crius explain}: what the daemon does with a pod, a container or an image, what it waits for, and since when. */
public final class Explain implements CtlCommand {
    @Override
    public Usage usage() {
        return Usage.of(
                "explain",
                "[POD|CONTAINER|IMAGE]",
                "Say what is done with an object, what it waits for, what it holds; without one, all that is busy",
                Flag.text("runtime-endpoint", 'r', "the daemon's socket"),
                Format.FLAG);
    }

    @Override
    public int run(Given given, Session session) throws IOException {
        List<String> words = given.arguments(0, 1, "at most one id or name is");
        Path socket = given.text("runtime-endpoint")
                .map(Settings::socket)
                .orElse(session.settings().runtime());
        if (!Files.exists(socket)) {
            throw new CriusException.Unavailable("there is no socket " + socket + ": is the daemon running?");
        }
        Format format = Format.of(given, Format.TABLE);
        Reply reply = new SocketHttp(socket)
                .get(
                        words.isEmpty() ? "/explain" : "/explain/" + words.getFirst(),
                        format == Format.TABLE ? "text/plain" : "application/json");
        if (reply.status() != 200) {
            throw new CriusException.NotFound(reply.body().strip());
        }
        if (format == Format.TABLE) {
            session.streams().out().print(reply.body());
        } else {
            session.print(Json.parse(reply.body()), format);
        }
        return 0;
    }
}
