package io.crius.acceptance.image;

import java.util.List;
import java.util.stream.Collectors;

/** What an image says about the process to run. Texts must not need escapes in JSON. */
public record ImageConfig(
        List<String> entrypoint,
        List<String> cmd,
        List<String> env,
        String user,
        String workingDir,
        String stopSignal) {
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** An image that says nothing but PATH. */
    public static ImageConfig empty() {
        return new ImageConfig(List.of(), List.of(), List.of(PATH), "", "", "");
    }

    public ImageConfig withEntrypoint(String... words) {
        return new ImageConfig(List.of(words), cmd, env, user, workingDir, stopSignal);
    }

    public ImageConfig withCmd(String... words) {
        return new ImageConfig(entrypoint, List.of(words), env, user, workingDir, stopSignal);
    }

    public ImageConfig withEnv(String... assignments) {
        return new ImageConfig(entrypoint, cmd, List.of(assignments), user, workingDir, stopSignal);
    }

    public ImageConfig withUser(String name) {
        return new ImageConfig(entrypoint, cmd, env, name, workingDir, stopSignal);
    }

    public ImageConfig withWorkingDir(String folder) {
        return new ImageConfig(entrypoint, cmd, env, user, folder, stopSignal);
    }

    public ImageConfig withStopSignal(String signal) {
        return new ImageConfig(entrypoint, cmd, env, user, workingDir, signal);
    }

    String json() {
        return "{\"Entrypoint\":%s,\"Cmd\":%s,\"Env\":%s,\"User\":\"%s\",\"WorkingDir\":\"%s\",\"StopSignal\":\"%s\"}"
                .formatted(array(entrypoint), array(cmd), array(env), user, workingDir, stopSignal);
    }

    private static String array(List<String> words) {
        return words.stream().map(w -> '"' + w + '"').collect(Collectors.joining(",", "[", "]"));
    }
}
