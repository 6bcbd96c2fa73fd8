package io.crius.storage.record;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonLimits;
import io.crius.oci.json.JsonNull;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonValue;
import io.crius.storage.disk.NewFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** One JSON file with a list of records. It is replaced as a whole, by rename, so it can be read without any lock. */
final class RecordFile<R extends StoreRecord> {
    /** What was read, and from which version of the file. */
    record Content<R>(List<R> records, Fingerprint version) {}

    /** Whether a write waits until it would survive a power loss. */
    enum Durability {
        SYNCED,
        VOLATILE
    }

    private final Path path;
    private final Durability durability;
    private final Function<JsonObject, R> view;
    private final Linux linux;

    RecordFile(Path path, Durability durability, Function<JsonObject, R> view, Linux linux) {
        this.path = path;
        this.durability = durability;
        this.view = view;
        this.linux = linux;
    }

    Fingerprint version() throws IOException {
        return Fingerprint.of(path);
    }

    /** Compat: an absent or empty file is an empty list. */
    Content<R> read() throws IOException {
        while (true) {
            Fingerprint before = version();
            byte[] bytes = bytes();
            if (before.equals(version())) {
                return new Content<>(parse(bytes), before);
            }
        }
    }

    /** Writes the records aside, in the folder of this file, which the caller has opened. */
    NewFile aside(Fd folder, List<R> records) throws IOException {
        byte[] json = Json.writeBytes(JsonArray.of(records, StoreRecord::json));
        NewFile.Sync sync = durability == Durability.SYNCED ? NewFile.Sync.DATA : NewFile.Sync.NONE;
        return NewFile.aside(folder, String.valueOf(path.getFileName()), new NewFile.Content(json, 0600, sync), linux);
    }

    Fd openFolder() throws IOException {
        Path folder = Objects.requireNonNull(path.getParent(), "a file has a folder");
        return linux.descriptors().open(folder, Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0);
    }

    private byte[] bytes() throws IOException {
        try {
            return Files.readAllBytes(path);
        } catch (NoSuchFileException _) {
            return new byte[0];
        }
    }

    private List<R> parse(byte[] bytes) {
        if (bytes.length == 0) {
            return List.of();
        }
        try {
            return switch (Json.parse(bytes, JsonLimits.DEFAULT)) {
                case JsonNull _ -> List.of();
                case JsonArray(List<JsonValue> items) ->
                    items.stream().map(this::record).toList();
                case JsonValue _ -> throw new CriusException.InvalidArgument("a list is needed");
            };
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.DataLoss(path + " is unreadable, the store cannot be used: " + e.getMessage(), e);
        }
    }

    private R record(JsonValue value) {
        if (!(value instanceof JsonObject object)) {
            throw new CriusException.InvalidArgument("a record is not an object");
        }
        R record = view.apply(object);
        if (record.id().isEmpty()) {
            throw new CriusException.InvalidArgument("a record has no id");
        }
        return record;
    }
}
