package io.crius.server.state;

/** One environment entry; later entries of the same name win. */
public record EnvironmentVariable(String name, String value) {
    @Override
    public String toString() {
        return name + "=" + value;
    }
}
