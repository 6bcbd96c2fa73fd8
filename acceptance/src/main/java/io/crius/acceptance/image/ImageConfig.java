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
        String stopSignal,
        List<String> volumes) {
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** An image that says nothing but PATH. */
    public static ImageConfig empty() {
        return new ImageConfig(List.of(), List.of(), List.of(PATH), "", "", "", List.of());
    }

    public ImageConfig withEntrypoint(String... words) {
        return new ImageConfig(List.of(words), cmd, env, user, workingDir, stopSignal, volumes);
    }

    public ImageConfig withCmd(String... words) {
        return new ImageConfig(entrypoint, List.of(words), env, user, workingDir, stopSignal, volumes);
    }

    public ImageConfig withEnv(String... assignments) {
        return new ImageConfig(entrypoint, cmd, List.of(assignments), user, workingDir, stopSignal, volumes);
    }

    public ImageConfig withUser(String name) {
        return new ImageConfig(entrypoint, cmd, env, name, workingDir, stopSignal, volumes);
    }

    public ImageConfig withWorkingDir(String folder) {
        return new ImageConfig(entrypoint, cmd, env, user, folder, stopSignal, volumes);
    }

    public ImageConfig withStopSignal(String signal) {
        return new ImageConfig(entrypoint, cmd, env, user, workingDir, signal, volumes);
    }

    public ImageConfig withVolumes(String... folders) {
        return new ImageConfig(entrypoint, cmd, env, user, workingDir, stopSignal, List.of(folders));
    }

    String json() {
        return "{\"Entrypoint\":%s,\"Cmd\":%s,\"Env\":%s,\"User\":\"%s\",\"WorkingDir\":\"%s\",\"StopSignal\":\"%s\",\"Volumes\":%s}"
                .formatted(array(entrypoint), array(cmd), array(env), user, workingDir, stopSignal, set(volumes));
    }

    /** Spec: image-spec v1.1, config.md: a set is an object with empty values. */
    private static String set(List<String> words) {
        return words.stream().map(w -> '"' + w + "\":{}").collect(Collectors.joining(",", "{", "}"));
    }

    private static String array(List<String> words) {
        return words.stream().map(w -> '"' + w + '"').collect(Collectors.joining(",", "[", "]"));
    }
}
