package io.crius.daemon.cli;

import io.crius.daemon.cli.ctl.Ctl;
import io.crius.daemon.cli.ctl.session.Streams;
import io.crius.model.CriusException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Calls {@code crius ctl} as people do, so that its cache holds what they need. What goes wrong is printed to nobody. */
final class TrainingPerson {
    private final Ctl ctl;

    TrainingPerson(Path socket) {
        var nobody = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        this.ctl = new Ctl(
                "training",
                Map.of("CONTAINER_RUNTIME_ENDPOINT", socket.toString()),
                new Streams(InputStream.nullInputStream(), nobody, nobody));
    }

    /** The questions that people ask most. */
    void look(String pod, String container) {
        List.of(
                        List.of("pods"),
                        List.of("ps", "-a"),
                        List.of("ps", "-a", "-o", "json"),
                        List.of("images", "-o", "yaml"),
                        List.of("images"),
                        List.of("inspectp", pod),
                        List.of("inspect", container),
                        List.of("logs", "--tail", "10", container),
                        List.of("exec", container, "/bin/busybox", "true"),
                        List.of("stats", "-s", "0"),
                        List.of("version"),
                        List.of("info"))
                .forEach(this::ask);
    }

    private void ask(List<String> words) {
        try {
            var _ = ctl.run(words);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("training was interrupted");
        }
    }
}
