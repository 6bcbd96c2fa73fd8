package io.crius.daemon;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The shape of the program that docs/architecture.md describes, held by a test. */
class ArchitectureTest {
    private static final String GENERATED = "io.crius.cri..";

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.crius");

    /** A module may use those of lower layers only. */
    private static final List<Set<String>> LAYERS = List.of(
            Set.of("linux", "model", "cri"),
            Set.of("config", "oci", "cgroup", "client"),
            Set.of("storage", "network", "streaming"),
            Set.of("image", "runtime"),
            Set.of("server"),
            Set.of("daemon"));

    @Test
    void everyModuleIsSeenByThisTest() {
        Set<String> expected = LAYERS.stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
        Set<String> found = ALL.stream().map(ArchitectureTest::module).collect(Collectors.toCollection(TreeSet::new));

        assertThat(expected).containsAll(found);
        assertThat(found).contains("cri", "config", "client", "daemon", "model");
    }

    @Test
    void modulesUseOnlyModulesOfLowerLayers() {
        for (int layer = 0; layer < LAYERS.size(); layer++) {
            for (String module : LAYERS.get(layer)) {
                int own = layer;
                noClasses()
                        .that(resideInAPackage("io.crius." + module + ".."))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(packages(module, own))
                        .because(module + " is in layer " + own)
                        .allowEmptyShould(true)
                        .check(ALL);
            }
        }
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.crius.(**)").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void nativeCodeIsCalledOnlyInLinux() {
        confined("java.lang.foreign..", "io.crius.linux..");
    }

    @Test
    void protobufAndGrpcStayAtTheEdges() {
        String[] edges = {"io.crius.client..", "io.crius.server..", "io.crius.daemon.cli..", GENERATED};
        confined("com.google.protobuf..", edges);
        confined("io.grpc..", edges);
        confined(GENERATED, edges);
    }

    @Test
    void formatsStopAtTheirCodecs() {
        confined("tools.jackson..", "io.crius.oci.json..");
        confined("org.tomlj..", "io.crius.config..", "io.crius.image..");
        confined("org.snakeyaml..", "io.crius.oci..", "io.crius.image..", "io.crius.daemon.cli.text..");
        confined("org.bouncycastle..", "io.crius.image.trust.openpgp..", "io.crius.image.encryption.envelope..");
        assertThat(usersOf("org.tomlj")).allMatch(name -> name.endsWith("Codec"));
        assertThat(usersOf("org.snakeyaml")).allMatch(name -> name.endsWith("Codec") || name.equals("YamlDocument"));
    }

    @Test
    void onlyPeoplesCommandsWriteToTheStandardStreams() {
        noClasses()
                // A thread that cannot leave a pod's namespace must not log through others before the process ends.
                .that(not(resideInAnyPackage("io.crius.daemon.cli..", "io.crius.linux")))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(ALL);
    }

    /** Their first call computes large powers for BigDecimal, a tenth of a second of the start or of somebody's first stop. */
    @Test
    void durationsAreNeitherMultipliedNorDivided() {
        noClasses()
                .should()
                .callMethod(Duration.class, "multipliedBy", long.class)
                .orShould()
                .callMethod(Duration.class, "dividedBy", long.class)
                .check(ALL);
    }

    @Test
    void theDaemonDoesNotUsePeoplesCommandsExceptToFindThem() {
        noClasses()
                .that(not(resideInAPackage("io.crius.daemon.cli..")))
                .and()
                .doNotBelongToAnyOf(Main.class)
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.crius.daemon.cli..", "io.crius.client.."))
                .because("the daemon must not load what only people need")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.crius.daemon", "io.crius.server"));
    }

    /** A thread that is stuck in a pod's namespace must not go on: linux ends the process then. */
    @Test
    void onlyTheClientAndTheDaemonKnowHowToEndTheProcess() {
        noClasses()
                // The kernel door ends the process where a thread cannot leave a pod's namespace.
                .that(not(resideInAnyPackage("io.crius.daemon..", "io.crius.linux")))
                .and()
                .doNotHaveFullyQualifiedName("io.crius.linux.OwnThread")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(ALL);
    }

    @Test
    void nobodyUsesServiceLoadersOrThreadLocals() {
        noClasses()
                .that(not(resideInAPackage(GENERATED)))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.ServiceLoader")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.ThreadLocal")
                .check(ALL);
    }

    @Test
    void everyPackageIsNullMarked() {
        Map<String, Boolean> marked = new TreeMap<>();
        for (JavaClass type : ALL) {
            JavaPackage home = type.getPackage();
            if (!home.getName().startsWith("io.crius.cri.")) {
                marked.put(home.getName(), home.isAnnotatedWith(NullMarked.class));
            }
        }
        assertThat(marked)
                .allSatisfy((name, isMarked) -> assertThat(isMarked)
                        .as("package-info.java of %s has @NullMarked", name)
                        .isTrue());
    }

    @Test
    void namesSayWhatThingsAreAndNotThatTheyHelp() {
        classes()
                .that(not(resideInAPackage(GENERATED)))
                .and()
                // Docker's term for the programs that keep credentials.
                .doNotHaveSimpleName("CredentialHelper")
                .should()
                .haveSimpleNameNotEndingWith("Manager")
                .andShould()
                .haveSimpleNameNotEndingWith("Helper")
                .andShould()
                .haveSimpleNameNotEndingWith("Util")
                .andShould()
                .haveSimpleNameNotEndingWith("Utils")
                .andShould()
                .haveSimpleNameNotEndingWith("Impl")
                .andShould()
                .haveSimpleNameNotStartingWith("Abstract")
                .check(ALL);
    }

    private static String[] packages(String module, int layer) {
        return LAYERS.subList(layer, LAYERS.size()).stream()
                .flatMap(Set::stream)
                .filter(other -> !other.equals(module))
                .map(other -> "io.crius." + other + "..")
                .toArray(String[]::new);
    }

    private static void confined(String what, String... homes) {
        noClasses()
                .that(not(resideInAnyPackage(homes)))
                .should()
                .dependOnClassesThat(resideInAPackage(what))
                .check(ALL);
    }

    private static Set<String> usersOf(String library) {
        return ALL.stream()
                .filter(type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(d -> d.getTargetClass().getPackageName().startsWith(library)))
                .map(type -> topLevel(type).getSimpleName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static JavaClass topLevel(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::topLevel).orElse(type);
    }

    private static String module(JavaClass type) {
        return type.getPackageName().split("\\.")[2];
    }
}
