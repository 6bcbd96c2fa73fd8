package io.crius.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Makes it impossible to add an option that is not in its schema, has no accessor, or cannot be written and read back. */
class OptionTableTest {
    private static final List<Class<?>> TABLES = List.of(
            RootTable.class,
            ApiTable.class,
            RuntimeTable.class,
            HandlerTable.class,
            WorkloadTable.class,
            ImageTable.class,
            NetworkTable.class,
            MetricsTable.class,
            TracingTable.class,
            StatsTable.class,
            NriTable.class,
            NriValidatorTable.class,
            CriusTable.class);

    @Test
    void everyConstantIsInItsSchema() {
        assertAll(TABLES.stream()
                .map(table -> () -> assertThat(schema(table).options())
                        .as(schema(table).name())
                        .containsExactlyInAnyOrderElementsOf(constants(table))));
    }

    @Test
    void everyOptionIsShownByExactlyOneAccessor() {
        eachOption((table, option) -> {
            Map<String, Object> before = accessors(table, settings(table));
            Map<String, Object> after = accessors(table, sampled(table, option));
            List<String> changed = after.keySet().stream()
                    .filter(name -> !Objects.equals(after.get(name), before.get(name)))
                    .toList();
            assertThat(changed).as("accessors that show %s", option.key()).hasSize(1);
        });
    }

    @Test
    void everyDefaultAndEverySampleCanBeWrittenAndReadBack() {
        eachOption((_, option) -> assertSurvives(option));
    }

    @Test
    void everyOptionIsDescribedInASentence() {
        eachOption(
                (_, option) -> assertThat(option.description()).as(option.key()).matches("[A-Z\"1].*[^.]\\."));
    }

    @Test
    void noTwoOptionsShareAFlagOrAVariable() {
        assertThat(Flags.targets().stream().map(target -> target.option().flag()))
                .doesNotHaveDuplicates();
        assertThat(Flags.targets().stream().map(Flags.Target::variable)).doesNotHaveDuplicates();
    }

    @Test
    void everyTableIsPartOfTheConfiguration() {
        assertThat(TABLES.stream().map(OptionTableTest::schema)).containsExactlyElementsOf(CriusConfig.SCHEMAS);
    }

    private interface OptionCheck {
        void check(Class<?> table, Option<?> option) throws Exception;
    }

    private static void eachOption(OptionCheck check) {
        assertAll(TABLES.stream()
                .flatMap(table -> schema(table).options().stream().map(option -> () -> check.check(table, option))));
    }

    private static List<Option<?>> constants(Class<?> table) throws IllegalAccessException {
        List<Option<?>> constants = new ArrayList<>();
        for (Field field : table.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == Option.class) {
                constants.add((Option<?>) Objects.requireNonNull(field.get(null)));
            }
        }
        return constants;
    }

    private static TableSchema schema(Class<?> table) {
        try {
            return (TableSchema)
                    Objects.requireNonNull(table.getDeclaredField("SCHEMA").get(null));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no schema in " + table, e);
        }
    }

    private static Settings settings(Class<?> table) {
        TableSchema schema = schema(table);
        return schema.isNamed() ? Settings.named(schema, schema.instance("sample")) : Settings.defaults(schema);
    }

    private static <T> Settings sampled(Class<?> table, Option<T> option) throws BadValueException {
        return settings(table).with(option, sample(option), new Origin.CommandLine(option.flag()));
    }

    private static <T> T sample(Option<T> option) throws BadValueException {
        return parse(option, OptionSamples.literal(option));
    }

    private static <T> T writtenAndRead(Option<T> option, T value) throws BadValueException {
        return parse(option, option.type().toToml(value));
    }

    private static <T> void assertSurvives(Option<T> option) throws BadValueException {
        assertThat(writtenAndRead(option, option.defaultValue()))
                .as(option.key())
                .isEqualTo(option.defaultValue());
        T sample = sample(option);
        assertThat(sample).as(option.key()).isNotEqualTo(option.defaultValue());
        assertThat(writtenAndRead(option, sample)).as(option.key()).isEqualTo(sample);
    }

    private static <T> T parse(Option<T> option, String literal) throws BadValueException {
        Findings findings = new Findings();
        RawValue raw = TomlCodec.parse("x = " + literal, (_, _) -> Origin.DEFAULT, findings)
                .map(document -> document.root().values().get("x"))
                .map(Objects::requireNonNull)
                .orElseThrow(() -> new AssertionError(literal + ": " + findings.problems()));
        return option.type().read(raw);
    }

    private static Map<String, Object> accessors(Class<?> table, Settings settings)
            throws ReflectiveOperationException {
        Object view = table.getConstructor(Settings.class).newInstance(settings);
        List<Method> methods = Arrays.stream(table.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getParameterCount() == 0)
                .filter(method -> !List.of("settings", "toString", "hashCode").contains(method.getName()))
                .toList();
        Map<String, Object> values = new HashMap<>();
        for (Method method : methods) {
            values.put(method.getName(), Objects.requireNonNull(method.invoke(view)));
        }
        return values;
    }
}
