package io.crius.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.crius.config.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the configuration says of its options is true: one that works is read by somebody, one that is read works. */
class OptionEffectTest {
    private static final String CONFIG = "io.crius.config";

    /** Copied into other options while the configuration is read. */
    private static final Set<String> INHERITED = Set.of("conmon", "conmon_cgroup", "conmon_env", "plugin_dir");

    /** Read for something beside what they are for. */
    private static final Set<String> PARTLY = Set.of();

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.crius");

    private record Found(String table, Option<?> option, boolean read) {
        @Override
        public String toString() {
            return table + "." + option.key();
        }
    }

    @Test
    void anOptionThatWorksIsRead() {
        assertThat(options().stream()
                        .filter(found -> found.option().support() == Option.Support.HONOURED)
                        .filter(found -> !found.read()
                                && !INHERITED.contains(found.option().key())))
                .as("say that they work, and nobody reads them: build them, or mark them pending()")
                .isEmpty();
    }

    @Test
    void anOptionThatIsReadIsNotPending() {
        assertThat(options().stream()
                        .filter(found -> found.option().support() != Option.Support.HONOURED)
                        .filter(found ->
                                found.read() && !PARTLY.contains(found.option().key())))
                .as("are read, and say that they have no effect")
                .isEmpty();
    }

    @Test
    void thereAreOptions() {
        assertThat(options()).hasSizeGreaterThan(100);
    }

    private static List<Found> options() {
        var options = new ArrayList<Found>();
        for (JavaClass table : ALL) {
            if (table.getPackageName().equals(CONFIG) && table.getSimpleName().endsWith("Table")) {
                table.getFields().stream()
                        .filter(field -> field.getRawType().isEquivalentTo(Option.class))
                        .forEach(field ->
                                options.add(new Found(table.getSimpleName(), value(field), accessor(table, field))));
            }
        }
        return options;
    }

    /** Whether the method that shows the option is called from another module. */
    private static boolean accessor(JavaClass table, JavaField option) {
        return table.getMethods().stream()
                .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(method -> method.getFieldAccesses().stream()
                        .anyMatch(access -> access.getTarget().getName().equals(option.getName())))
                .anyMatch(OptionEffectTest::isUsed);
    }

    private static boolean isUsed(JavaMethod accessor) {
        return accessor.getAccessesToSelf().stream()
                .anyMatch(access -> !access.getOriginOwner().getPackageName().equals(CONFIG));
    }

    private static Option<?> value(JavaField field) {
        try {
            return (Option<?>) Objects.requireNonNull(field.reflect().get(null));
        } catch (IllegalAccessException e) {
            throw new LinkageError("option " + field.getFullName(), e);
        }
    }
}
