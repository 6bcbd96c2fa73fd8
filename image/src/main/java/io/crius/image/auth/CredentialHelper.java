package io.crius.image.auth;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The programs {@code docker-credential-NAME}. Spec: docker-credential-helpers, "get": the registry on standard input, JSON
 * with Username and Secret on standard output.
 */
public final class CredentialHelper {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int LARGEST_ANSWER = 1 << 20;
    private static final List<String> NOTHING_KNOWN =
            List.of("credentials not found in native keychain", "no credentials server URL", "no credentials username");

    private record Answer(int exitCode, String text) {}

    private final Map<String, String> environment;

    /** @param environment of the helpers; its PATH is where they are looked for */
    public CredentialHelper(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * Asks a helper for a registry.
     *
     * <p>Blocks: up to 30 seconds.
     *
     * @throws CriusException.FailedPrecondition the helper does not work; its output is not quoted
     */
    Credentials ask(String name, String registry) {
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            throw unusable(name, "the name is not that of a program");
        }
        Answer answer = run(name, registry);
        String text = answer.text.strip();
        if (answer.exitCode != 0) {
            if (text.equals(NOTHING_KNOWN.getFirst())) {
                return Credentials.NONE;
            }
            throw unusable(name, NOTHING_KNOWN.contains(text) ? text : "exit code " + answer.exitCode);
        }
        return credentials(name, answer.text);
    }

    private static Credentials credentials(String name, String text) {
        JsonObject json;
        try {
            json = Json.parseObject(text, "answer");
        } catch (CriusException.InvalidArgument _) {
            throw unusable(name, "its answer is not JSON");
        }
        String user = json.string("Username").orElse("");
        String secret = json.string("Secret").orElse("");
        if (user.equals("<token>")) {
            return new Credentials.IdentityToken(secret);
        }
        return user.isEmpty() ? Credentials.NONE : new Credentials.UserPassword(user, secret);
    }

    private Answer run(String name, String registry) {
        ProcessBuilder builder = new ProcessBuilder(program("docker-credential-" + name), "get");
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw unusable(name, e.getMessage() == null ? "it does not start" : e.getMessage());
        }
        try {
            return converse(name, process, registry);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Answer converse(String name, Process process, String registry) {
        FutureTask<byte[]> output =
                new FutureTask<>(() -> process.getInputStream().readNBytes(LARGEST_ANSWER));
        Thread.ofVirtual().name("credential-helper").start(output);
        try (OutputStream in = process.getOutputStream()) {
            in.write((registry + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // A helper need not read what it does not want; its exit code says how it went.
        }
        try {
            byte[] text = output.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw unusable(name, "no answer in " + LIMIT.toSeconds() + " s");
            }
            return new Answer(process.exitValue(), new String(text, StandardCharsets.UTF_8));
        } catch (TimeoutException _) {
            throw unusable(name, "no answer in " + LIMIT.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw unusable(name, "its output cannot be read: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("ask the credential helper " + name + ": cancelled", e);
        }
    }

    /** The JDK looks in its own PATH; here the one that was given counts. */
    private String program(String file) {
        for (String folder : environment.getOrDefault("PATH", "").split(":")) {
            Path path = Path.of(folder.isEmpty() ? "." : folder, file);
            if (path.toFile().canExecute()) {
                return path.toString();
            }
        }
        return file;
    }

    private static CriusException unusable(String name, String why) {
        return new CriusException.FailedPrecondition("credential helper docker-credential-" + name + ": " + why);
    }
}
