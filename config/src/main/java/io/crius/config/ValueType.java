package io.crius.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;

/** How the values of an option are read, and written back as TOML. Immutable. */
public final class ValueType<T> {
    /** Turns what a source holds into the value, or says why not. */
    interface Reader<T> {
        T read(RawValue raw) throws BadValueException;
    }

    static final ValueType<Boolean> BOOL =
            new ValueType<>("boolean", ValueType::readBoolean, Object::toString, ValueType::truth);
    static final ValueType<String> STRING =
            new ValueType<>("string", ValueType::readText, Toml::quote, RawValue.Text::new);
    /** What stands before {@code ://} in a node's {@code containerRuntimeVersion}. */
    static final ValueType<String> NAME = new ValueType<>("name", ValueType::readName, Toml::quote, RawValue.Text::new);

    static final ValueType<Path> PATH =
            new ValueType<>("absolute path", ValueType::readPath, p -> Toml.quote(p.toString()), RawValue.Text::new);
    static final ValueType<Optional<Path>> OPTIONAL_PATH = new ValueType<>(
            "absolute path or empty",
            raw -> readText(raw).isEmpty() ? Optional.empty() : Optional.of(readPath(raw)),
            p -> Toml.quote(p.map(Path::toString).orElse("")),
            RawValue.Text::new);
    static final ValueType<List<String>> STRINGS =
            new ValueType<>("array of strings", ValueType::readTexts, Toml::array, ValueType::items);
    static final ValueType<List<Path>> PATHS = new ValueType<>(
            "array of absolute paths",
            ValueType::readPaths,
            paths -> Toml.array(paths.stream().map(Path::toString).toList()),
            ValueType::items);
    static final ValueType<Map<String, String>> ENTRIES = new ValueType<>(
            "table of strings", ValueType::readEntries, Toml::inlineTable, ValueType::entries, ValueType::byKey);
    /** Compat: the resources of a workload mix integers and strings. */
    static final ValueType<Map<String, String>> SCALARS = new ValueType<>(
            "table of scalars", ValueType::readScalars, Toml::inlineTable, ValueType::entries, ValueType::byKey);

    static final ValueType<Duration> DURATION =
            new ValueType<>("duration", GoDuration::read, d -> Toml.quote(GoDuration.format(d)), RawValue.Text::new);
    static final ValueType<Long> BYTES =
            new ValueType<>("size in bytes", ByteCount::read, b -> Toml.quote(ByteCount.format(b)), RawValue.Text::new);
    /** Compat: CRI-O writes ports of the streaming server as strings; integers are taken as well. */
    static final ValueType<Integer> PORT_TEXT =
            new ValueType<>("port number", ValueType::readPort, p -> Toml.quote(p.toString()), RawValue.Text::new);

    /** A list to which every source adds what it is missing. */
    static final ValueType<List<String>> STRING_UNION = new ValueType<>(
            "array of strings, to which every source adds",
            ValueType::readTexts,
            Toml::array,
            ValueType::items,
            ValueType::union);
    /** {@code NAME=value} each. */
    static final ValueType<List<String>> ASSIGNMENTS =
            new ValueType<>("array of name=value", ValueType::readAssignments, Toml::array, ValueType::items);

    static final ValueType<List<Ulimit>> ULIMITS = new ValueType<>(
            "array of name=soft:hard",
            Ulimit::read,
            limits -> Toml.array(limits.stream().map(Ulimit::toString).toList()),
            ValueType::items);

    private final String name;
    private final Reader<T> reader;
    private final Function<T, String> writer;
    private final Function<String, RawValue> fromFlag;
    private final BinaryOperator<T> merge;

    private ValueType(String name, Reader<T> reader, Function<T, String> writer, Function<String, RawValue> fromFlag) {
        this(name, reader, writer, fromFlag, (_, later) -> later);
    }

    private ValueType(
            String name,
            Reader<T> reader,
            Function<T, String> writer,
            Function<String, RawValue> fromFlag,
            BinaryOperator<T> merge) {
        this.name = name;
        this.reader = reader;
        this.writer = writer;
        this.fromFlag = fromFlag;
        this.merge = merge;
    }

    /** A whole number from {@code min} to {@code max}, both included. */
    static ValueType<Long> integer(long min, long max) {
        return new ValueType<>("integer", raw -> inRange(readWhole(raw), min, max), Object::toString, ValueType::whole);
    }

    /** Whole seconds, at least {@code min}. */
    static ValueType<Duration> seconds(long min) {
        return new ValueType<>(
                "seconds",
                raw -> Duration.ofSeconds(inRange(readWhole(raw), min, Integer.MAX_VALUE)),
                d -> Long.toString(d.toSeconds()),
                ValueType::whole);
    }

    /** One of a few words. */
    static <E> ValueType<E> choice(List<E> values, Function<E, String> word) {
        String words =
                String.join(", ", values.stream().map(word).map(Toml::quote).toList());
        return new ValueType<>(
                "one of " + words,
                raw -> readChoice(raw, values, word),
                e -> Toml.quote(word.apply(e)),
                RawValue.Text::new);
    }

    /** What a word stands for, or why it is refused. */
    interface Rewording {
        String of(String word) throws BadValueException;
    }

    /** One of a few words, or another word for one. */
    static <E> ValueType<E> choice(List<E> values, Function<E, String> word, Rewording rewording) {
        ValueType<E> plain = choice(values, word);
        return new ValueType<>(
                plain.name,
                raw -> plain.read(new RawValue.Text(rewording.of(readText(raw)))),
                plain.writer,
                plain.fromFlag);
    }

    /** The type in words, as the reference shows it. */
    public String name() {
        return name;
    }

    T read(RawValue raw) throws BadValueException {
        return reader.read(raw);
    }

    /** What holds after a weaker source said {@code earlier} and a stronger one {@code later}. */
    T merge(T earlier, T later) {
        return merge.apply(earlier, later);
    }

    /** Whether a flag of this type may stand alone. */
    boolean isSwitch() {
        return equals(BOOL);
    }

    /** What a command line flag or environment variable holds, as if it had stood in a file. */
    RawValue fromFlag(String text) {
        return fromFlag.apply(text);
    }

    /** The value as it would stand in a file. */
    public String toToml(T value) {
        return writer.apply(value);
    }

    private static boolean readBoolean(RawValue raw) throws BadValueException {
        if (raw instanceof RawValue.Truth(boolean value)) {
            return value;
        }
        throw BadValueException.expected("true or false", raw);
    }

    private static String readText(RawValue raw) throws BadValueException {
        if (raw instanceof RawValue.Text(String value)) {
            return value;
        }
        throw BadValueException.expected("a string", raw);
    }

    private static String readName(RawValue raw) throws BadValueException {
        String text = readText(raw);
        if (!text.matches("[a-z0-9][a-z0-9._-]{0,62}")) {
            throw new BadValueException("expected a name such as cri-o, found " + Toml.quote(text));
        }
        return text;
    }

    private static long readWhole(RawValue raw) throws BadValueException {
        if (raw instanceof RawValue.Whole(long value)) {
            return value;
        }
        throw BadValueException.expected("an integer", raw);
    }

    private static long inRange(long value, long min, long max) throws BadValueException {
        if (value < min || value > max) {
            String bounds = max == Long.MAX_VALUE ? "at least " + min : "from " + min + " to " + max;
            throw new BadValueException("expected an integer " + bounds + ", found " + value);
        }
        return value;
    }

    private static Path readPath(RawValue raw) throws BadValueException {
        String text = readText(raw);
        if (!text.startsWith("/") || text.indexOf('\0') >= 0) {
            throw new BadValueException("expected an absolute path, found " + Toml.quote(text));
        }
        return Path.of(text).normalize();
    }

    static List<String> readTexts(RawValue raw) throws BadValueException {
        if (!(raw instanceof RawValue.Items(List<RawValue> values))) {
            throw BadValueException.expected("an array of strings", raw);
        }
        List<String> texts = new ArrayList<>(values.size());
        for (RawValue value : values) {
            if (!(value instanceof RawValue.Text(String text))) {
                throw new BadValueException("expected an array of strings, found " + value.kind() + " in it");
            }
            texts.add(text);
        }
        return List.copyOf(texts);
    }

    private static List<String> readAssignments(RawValue raw) throws BadValueException {
        List<String> texts = readTexts(raw);
        for (String text : texts) {
            if (text.indexOf('=') < 1) {
                throw new BadValueException("expected NAME=value, found " + Toml.quote(text));
            }
        }
        return texts;
    }

    private static List<String> union(List<String> earlier, List<String> later) {
        return Stream.concat(earlier.stream(), later.stream()).distinct().toList();
    }

    private static Map<String, String> byKey(Map<String, String> earlier, Map<String, String> later) {
        Map<String, String> merged = new TreeMap<>(earlier);
        merged.putAll(later);
        return Collections.unmodifiableMap(merged);
    }

    private static List<Path> readPaths(RawValue raw) throws BadValueException {
        List<Path> paths = new ArrayList<>();
        for (String text : readTexts(raw)) {
            paths.add(readPath(new RawValue.Text(text)));
        }
        return List.copyOf(paths);
    }

    private static Map<String, String> readEntries(RawValue raw) throws BadValueException {
        if (!(raw instanceof RawValue.Entries(Map<String, RawValue> values))) {
            throw BadValueException.expected("a table of strings", raw);
        }
        Map<String, String> entries = new TreeMap<>();
        for (Map.Entry<String, RawValue> value : values.entrySet()) {
            if (!(value.getValue() instanceof RawValue.Text(String text))) {
                throw new BadValueException("expected a string for " + Toml.quote(value.getKey()) + ", found "
                        + value.getValue().kind());
            }
            entries.put(value.getKey(), text);
        }
        return Collections.unmodifiableMap(entries);
    }

    private static Map<String, String> readScalars(RawValue raw) throws BadValueException {
        if (!(raw instanceof RawValue.Entries(Map<String, RawValue> values))) {
            throw BadValueException.expected("a table", raw);
        }
        Map<String, RawValue> texts = new TreeMap<>(values);
        texts.replaceAll((_, value) ->
                value instanceof RawValue.Whole(long number) ? new RawValue.Text(Long.toString(number)) : value);
        return readEntries(new RawValue.Entries(texts));
    }

    private static int readPort(RawValue raw) throws BadValueException {
        RawValue number = raw instanceof RawValue.Text(String text) ? whole(text) : raw;
        return (int) inRange(readWhole(number), 0, 65_535);
    }

    private static <E> E readChoice(RawValue raw, List<E> values, Function<E, String> word) throws BadValueException {
        String text = readText(raw);
        for (E value : values) {
            if (word.apply(value).equals(text)) {
                return value;
            }
        }
        List<String> words = values.stream().map(word).toList();
        throw new BadValueException(
                "expected one of " + Toml.array(words) + ", found " + Toml.quote(text) + Suggestion.among(words, text));
    }

    private static RawValue truth(String text) {
        return switch (text) {
            case "true" -> new RawValue.Truth(true);
            case "false" -> new RawValue.Truth(false);
            default -> new RawValue.Text(text);
        };
    }

    private static RawValue whole(String text) {
        try {
            return new RawValue.Whole(Long.parseLong(text));
        } catch (NumberFormatException _) {
            return new RawValue.Text(text);
        }
    }

    private static RawValue items(String text) {
        List<RawValue> values = new ArrayList<>();
        for (String part : text.split(",")) {
            if (!part.isBlank()) {
                values.add(new RawValue.Text(part.strip()));
            }
        }
        return new RawValue.Items(values);
    }

    private static RawValue entries(String text) {
        Map<String, RawValue> values = new TreeMap<>();
        for (String part : text.split(",")) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                return new RawValue.Text(text);
            }
            values.put(
                    part.substring(0, equals).strip(),
                    new RawValue.Text(part.substring(equals + 1).strip()));
        }
        return new RawValue.Entries(values);
    }
}
