package io.crius.oci.runtime;

import io.crius.oci.Capability;
import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Any spec, from a seed. */
final class RandomSpec {
    private final Random random;

    RandomSpec(long seed) {
        this.random = new Random(seed);
    }

    RuntimeSpec spec() {
        return new RuntimeSpec(
                text(),
                process(),
                maybe(() -> new Root(text(), one(Access.values()))),
                maybe(this::text),
                list(this::mount),
                hooks(),
                texts(),
                linux(),
                unknown());
    }

    private SpecProcess process() {
        return new SpecProcess(
                random.nextBoolean(),
                new User(id(), id(), integer(), list(this::id)),
                list(this::text),
                list(this::text),
                text(),
                maybe(() -> new Capabilities(
                        capabilities(), capabilities(), capabilities(), capabilities(), capabilities())),
                list(() -> new Rlimit(text(), random.nextLong(), random.nextLong())),
                random.nextBoolean(),
                maybe(this::text),
                integer(),
                maybe(this::text),
                maybe(this::text),
                unknown());
    }

    private LinuxSpec linux() {
        return new LinuxSpec(
                list(this::mapping),
                list(this::mapping),
                texts(),
                resources(),
                maybe(this::text),
                list(() -> new LinuxNamespace(one(NamespaceType.values()), maybe(() -> "/" + text()))),
                list(() ->
                        new LinuxDevice(text(), text(), number(), number(), integer(), wholeNumber(), wholeNumber())),
                maybe(this::seccomp),
                maybe(() -> one(RootfsPropagation.values())),
                list(this::text),
                list(this::text),
                maybe(this::text),
                maybe(() -> new IntelRdt(maybe(this::text), unknown())),
                unknown());
    }

    private LinuxResources resources() {
        return new LinuxResources(
                list(() -> new DeviceRule(
                        random.nextBoolean(), maybe(this::text), wholeNumber(), wholeNumber(), maybe(this::text))),
                new LinuxMemory(wholeNumber(), wholeNumber(), wholeNumber(), unknown()),
                new LinuxCpu(
                        wholeNumber(), wholeNumber(), wholeNumber(), maybe(this::text), maybe(this::text), unknown()),
                wholeNumber(),
                maybe(this::blockIo),
                list(() -> new HugepageLimit(text(), random.nextLong())),
                texts(),
                unknown());
    }

    private BlockIo blockIo() {
        Supplier<BlockIo.Throttle> throttle = () -> new BlockIo.Throttle(number(), number(), random.nextLong());
        return new BlockIo(
                integer(),
                integer(),
                list(() -> new BlockIo.Weight(number(), number(), integer(), integer())),
                list(throttle),
                list(throttle),
                list(throttle),
                list(throttle));
    }

    private LinuxSeccomp seccomp() {
        Supplier<SeccompArgument> argument = () -> new SeccompArgument(
                random.nextInt(6), random.nextLong(), random.nextLong(), one(SeccompArgument.Operator.values()));
        return new LinuxSeccomp(
                one(SeccompAction.values()),
                integer(),
                list(this::text),
                list(this::text),
                maybe(this::text),
                maybe(this::text),
                list(() -> new SeccompRule(list(this::text), one(SeccompAction.values()), integer(), list(argument))));
    }

    private Hooks hooks() {
        return new Hooks(list(() -> one(HookStage.values())).stream()
                .distinct()
                .collect(Collectors.toMap(stage -> stage, _ -> list(this::hook))));
    }

    private Hook hook() {
        return new Hook(text(), list(this::text), list(this::text), integer());
    }

    private SpecMount mount() {
        return new SpecMount(
                text(),
                maybe(this::text),
                maybe(this::text),
                list(this::text),
                list(this::mapping),
                list(this::mapping));
    }

    private IdMapping mapping() {
        return new IdMapping(id(), id(), id());
    }

    private Set<Capability> capabilities() {
        return Set.copyOf(list(() -> one(Capability.values())));
    }

    private JsonObject unknown() {
        var json = JsonObject.builder();
        list(this::text).forEach(key -> json.put("x-" + key, key));
        return json.build();
    }

    private Map<String, String> texts() {
        return list(this::text).stream().distinct().collect(Collectors.toMap(key -> key, _ -> text()));
    }

    private long id() {
        return random.nextLong(1L << 32);
    }

    private long number() {
        return random.nextBoolean() ? random.nextInt(1000) : random.nextLong();
    }

    private OptionalInt integer() {
        return random.nextBoolean() ? OptionalInt.of(random.nextInt()) : OptionalInt.empty();
    }

    private OptionalLong wholeNumber() {
        return random.nextBoolean() ? OptionalLong.of(number()) : OptionalLong.empty();
    }

    private String text() {
        return random.ints(random.nextInt(6), ' ', 0xD7FF)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private <T> T one(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private <T> Optional<T> maybe(Supplier<T> thing) {
        return random.nextBoolean() ? Optional.of(thing.get()) : Optional.empty();
    }

    private <T> List<T> list(Supplier<T> thing) {
        return IntStream.range(0, random.nextInt(4)).mapToObj(_ -> thing.get()).toList();
    }
}
