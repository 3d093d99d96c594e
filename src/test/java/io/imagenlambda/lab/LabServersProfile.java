package io.imagenlambda.lab;

import io.imagenlambda.lab.runtime.TemporaryFiles;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the function against {@link LabServers}, and gives those to the test. */
public class LabServersProfile implements QuarkusTestProfile {
  @Override
  public boolean disableGlobalTestResources() {
    return true;
  }

  @Override
  public List<TestResourceEntry> testResources() {
    return List.of(new TestResourceEntry(Resource.class));
  }

  /** Starts them before the function and stops them after it. */
  public static final class Resource implements QuarkusTestResourceLifecycleManager {
    private final Path directory = TemporaryFiles.create();
    private @Nullable LabServers servers;

    @Override
    public Map<String, String> start() {
      LabServers started = new LabServers(directory);
      servers = started;
      started.sdkProperties().forEach(System::setProperty);
      return started.settings();
    }

    @Override
    public void inject(TestInjector injector) {
      injector.injectIntoFields(servers, new TestInjector.MatchesType(LabServers.class));
    }

    @Override
    public void stop() {
      if (servers != null) {
        servers.sdkProperties().keySet().forEach(System::clearProperty);
        servers.close();
      }
      TemporaryFiles.delete(directory);
    }
  }
}
